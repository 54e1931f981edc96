-- The log. The same statements run on PostgreSQL and CockroachDB.

-- One row per ledger; its lock gives the order of batches.
CREATE TABLE ledgers (
  ledger_id        TEXT PRIMARY KEY,
  head             BIGINT NOT NULL,
  last_record_time TIMESTAMPTZ NOT NULL,
  incarnation      TEXT NOT NULL
);

-- The truth. Rows are only ever added.
CREATE TABLE events (
  ledger_id       TEXT NOT NULL,
  position        BIGINT NOT NULL,
  account_id      TEXT NOT NULL,
  account_version BIGINT NOT NULL,
  event_type      TEXT NOT NULL,
  record_time     TIMESTAMPTZ NOT NULL,
  event           BYTEA NOT NULL,
  PRIMARY KEY (ledger_id, position)
);

-- The optimistic lock, and the way to an account's history.
CREATE UNIQUE INDEX events_by_account ON events (ledger_id, account_id, account_version);

-- Every command as it was asked, with its outcome: the idempotency key and the audit log in one.
CREATE TABLE commands (
  ledger_id      TEXT NOT NULL,
  command_id     TEXT NOT NULL,
  request        BYTEA NOT NULL,
  outcome        TEXT NOT NULL,
  refusal        BYTEA NOT NULL,
  first_position BIGINT NOT NULL,
  event_count    INT NOT NULL,
  actor          TEXT NOT NULL,
  record_time    TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (ledger_id, command_id)
);
