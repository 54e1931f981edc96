-- What every event means: transactions, holds, and what was said about accounts.
-- A read model of the first version is emptied, and filled again from the log: it is a fold, and nothing else.

TRUNCATE projection_checkpoint, accounts, entries;

ALTER TABLE accounts
  DROP CONSTRAINT accounts_status_check,
  ADD CHECK (status IN ('ACTIVE', 'FROZEN_DEBITS', 'FROZEN_CREDITS', 'FROZEN_ALL', 'CLOSED'));

-- One row per transaction. What became of it since is said with the position of it: so the row answers for any position.
CREATE TABLE transactions (
  ledger_id               TEXT NOT NULL,
  position                BIGINT NOT NULL,   -- of the first of the events that made it
  last_position           BIGINT NOT NULL,   -- of the last of them
  transaction_id          TEXT NOT NULL,
  status                  TEXT NOT NULL CHECK (status IN ('PENDING', 'POSTED', 'VOIDED', 'EXPIRED')),
  expire_time             TIMESTAMPTZ,       -- of a pending one; NULL: never
  end_position            BIGINT,            -- of the first event that posted, voided or expired what was pending
  reverses_transaction_id TEXT,              -- NULL where it is no reversal
  reversed_by             TEXT,              -- the transaction that reversed it; NULL: none yet
  reversed_position       BIGINT,            -- of the first event of that transaction
  record_time             TIMESTAMPTZ NOT NULL,
  effective_time          TIMESTAMPTZ NOT NULL,
  reference               TEXT NOT NULL,
  metadata                JSONB NOT NULL,
  PRIMARY KEY (ledger_id, position),
  UNIQUE (ledger_id, transaction_id),
  CHECK (status <> 'PENDING' OR end_position IS NULL),
  CHECK ((reversed_by IS NULL) = (reversed_position IS NULL))
);

-- Those that are or were pending; what is posted at once costs nothing here.
CREATE INDEX transactions_once_pending ON transactions (ledger_id, position)
  WHERE status <> 'POSTED' OR end_position IS NOT NULL;

-- One row per posting of a pending transaction.
CREATE TABLE holds (
  ledger_id           TEXT NOT NULL,
  transaction_id      TEXT NOT NULL,
  posting_index       INT NOT NULL,          -- within the transaction, from 0
  account_id          TEXT NOT NULL,
  destination_account TEXT NOT NULL,         -- external:<CUR> where the money is to leave the ledger
  currency_code       TEXT NOT NULL,
  amount              BIGINT NOT NULL CHECK (amount > 0),
  expire_time         TIMESTAMPTZ,           -- NULL: never
  position            BIGINT NOT NULL,       -- of the event that held it
  record_time         TIMESTAMPTZ NOT NULL,
  effective_time      TIMESTAMPTZ NOT NULL,
  posted              BIGINT,                -- how much of it was posted; NULL while it is held
  end_type            TEXT,                  -- of the event that ended it
  end_position        BIGINT,
  end_record_time     TIMESTAMPTZ,
  end_effective_time  TIMESTAMPTZ,           -- not before effective_time: what is not held yet can't be released
  PRIMARY KEY (ledger_id, transaction_id, posting_index),
  CHECK (posted BETWEEN 0 AND amount),
  CHECK ((end_position IS NULL) = (posted IS NULL))
);

CREATE INDEX holds_by_account ON holds (ledger_id, account_id, position);

-- One row per event that says something about an account beside its balances: what it says, and NULL for the rest.
CREATE TABLE account_changes (
  ledger_id       TEXT NOT NULL,
  account_id      TEXT NOT NULL,
  position        BIGINT NOT NULL,
  record_time     TIMESTAMPTZ NOT NULL,
  effective_time  TIMESTAMPTZ NOT NULL,
  status          TEXT,
  overdraft_limit BIGINT,                    -- where it is not NULL, balance_max is said too
  balance_max     BIGINT,                    -- NULL: no limit
  reference       TEXT,
  metadata        JSONB,
  PRIMARY KEY (ledger_id, account_id, position)
);

COMMENT ON COLUMN accounts.reference IS 'as last said';
COMMENT ON COLUMN accounts.metadata IS 'as last said';
