-- The read model: a copy of the log, written by the projector alone, in one transaction per batch with the checkpoint.
-- A batch ends where a command ends, so that any snapshot of these tables is a consistent position.
-- Sums are NUMERIC: a sum over many accounts may leave 64 bits.

CREATE TABLE projection_checkpoint (
  ledger_id   TEXT PRIMARY KEY,
  incarnation TEXT NOT NULL,
  position    BIGINT NOT NULL CHECK (position >= 0),
  record_time TIMESTAMPTZ,                   -- of the event at position; NULL before the first
  CHECK ((position = 0) = (record_time IS NULL))
) WITH (fillfactor = 10);                    -- one hot row per ledger: room for updates in its page

CREATE TABLE accounts (
  ledger_id         TEXT NOT NULL,
  account_id        TEXT NOT NULL,           -- or external:<CUR>, the other side of deposits and withdrawals
  currency_code     TEXT NOT NULL,
  status            TEXT NOT NULL CHECK (status IN ('ACTIVE', 'FROZEN', 'CLOSED')),
  posted            NUMERIC NOT NULL,
  held              NUMERIC NOT NULL CHECK (held >= 0),
  available         NUMERIC NOT NULL,
  overdraft_limit   BIGINT NOT NULL,         -- 0 for an external account, which has no limit
  balance_max       BIGINT,                  -- NULL: no limit
  account_version   BIGINT NOT NULL,         -- 0 for an external account, which has no version
  position          BIGINT NOT NULL,         -- of the account's last event
  create_time       TIMESTAMPTZ NOT NULL,
  create_position   BIGINT NOT NULL,
  update_time       TIMESTAMPTZ NOT NULL,    -- record time of the account's last event
  reference         TEXT NOT NULL,           -- given when it was opened
  metadata          JSONB NOT NULL,          -- given when it was opened
  total_deposits    NUMERIC NOT NULL,        -- the sum of all that came in, transfers included
  total_withdrawals NUMERIC NOT NULL,        -- the sum of all that went out, transfers included; not negative
  transaction_count BIGINT NOT NULL,         -- the number of postings
  PRIMARY KEY (ledger_id, account_id),
  CHECK (available = posted - held + overdraft_limit),
  CHECK (posted = total_deposits - total_withdrawals)
) WITH (fillfactor = 50);                    -- every posting rewrites a row: in its page, and without its index (HOT)

CREATE VIEW account_summary AS
  SELECT ledger_id, account_id, currency_code, total_deposits, total_withdrawals, transaction_count, posted, position
  FROM accounts;

-- One row per event of an account, whether it moved money or not, one more for the external account where money crosses
-- the ledger's border, and one per event of the ledger itself (account_id ''): so every position has a row, and the
-- balance at any moment is one look-up.
CREATE TABLE entries (
  ledger_id            TEXT NOT NULL,
  position             BIGINT NOT NULL,
  account_id           TEXT NOT NULL,
  account_version      BIGINT NOT NULL,      -- 0 for external accounts and events of the ledger
  event_type           TEXT NOT NULL,
  currency_code        TEXT NOT NULL,        -- '' for an event without one
  amount               NUMERIC,              -- positive came in, negative went out; NULL: nothing was posted
  posted_after         NUMERIC NOT NULL,
  held_after           NUMERIC NOT NULL,
  available_after      NUMERIC NOT NULL,
  command_id           TEXT NOT NULL,
  transaction_id       TEXT NOT NULL,        -- '' where no transaction is affected
  transaction_index    INT NOT NULL,         -- within the command, from 0
  transaction_size     INT NOT NULL,
  counterparty_account TEXT NOT NULL,        -- '' where there is none
  record_time          TIMESTAMPTZ NOT NULL,
  effective_time       TIMESTAMPTZ NOT NULL,
  reference            TEXT NOT NULL,
  metadata             JSONB NOT NULL,
  PRIMARY KEY (ledger_id, position, account_id)
);

CREATE INDEX entries_by_account ON entries (ledger_id, account_id, record_time DESC, position DESC);
