-- Pending transactions, and what became of them; and those posted at once that were reversed since. A transaction
-- without a row was posted at once, and stands. All of it follows from the log, and is written with it.
CREATE TABLE transactions (
  ledger_id        TEXT NOT NULL,
  transaction_id   TEXT NOT NULL,
  status           TEXT NOT NULL,   -- PENDING, POSTED, VOIDED, EXPIRED
  due_time         TIMESTAMPTZ,     -- when it expires by itself; NULL where it does not, or not any more
  closing_position BIGINT NOT NULL, -- where the events begin by which it ceased to be pending; 0: none
  closing_count    INT NOT NULL,
  reversed_by      TEXT NOT NULL,   -- the transaction that reversed it; '': none
  PRIMARY KEY (ledger_id, transaction_id)
);

-- What is due, for the sequencer and the sweeper.
CREATE INDEX transactions_due ON transactions (ledger_id, due_time);

-- States of accounts, so that no more than the newest events of one are folded. Disposable: emptying or dropping the
-- table changes no answer.
CREATE TABLE account_snapshots (
  ledger_id       TEXT NOT NULL,
  account_id      TEXT NOT NULL,
  fold_version    INT NOT NULL,
  account_version BIGINT NOT NULL,
  position        BIGINT NOT NULL,
  state           BYTEA NOT NULL,
  PRIMARY KEY (ledger_id, account_id, fold_version, account_version)
);
