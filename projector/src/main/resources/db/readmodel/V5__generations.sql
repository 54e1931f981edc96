-- Generations: a ledger's rows may be made anew beside those that are read, and take their place at once.
-- Emptied and filled again for the last time: from here on a new form of the rows is a generation of its own.

DROP VIEW account_summary;
DROP TABLE projection_checkpoint, accounts, entries, transactions, holds, account_changes, backdated, backdated_sums;

-- The key of a generation of a ledger's rows in every table.
CREATE SEQUENCE projection_generation AS INT;

-- One row per ledger: which generation of its rows is read, and where that stands.
CREATE TABLE projection_checkpoint (
  ledger_id    TEXT PRIMARY KEY,
  generation   INT NOT NULL UNIQUE DEFAULT nextval('projection_generation'),
  incarnation  TEXT NOT NULL,
  fold_version INT NOT NULL DEFAULT 1,       -- of the projector that writes it; others leave it alone
  position     BIGINT NOT NULL DEFAULT 0 CHECK (position >= 0),
  record_time  TIMESTAMPTZ,                  -- of the event at position; NULL before the first
  digest       BYTEA NOT NULL DEFAULT decode(repeat('00', 16), 'hex') CHECK (length(digest) = 16),
  paused       BOOLEAN NOT NULL DEFAULT FALSE, -- an operator's word that it is to stand still
  CHECK ((position = 0) = (record_time IS NULL))
) WITH (fillfactor = 10);                    -- one hot row per ledger: room for updates in its page

-- One row per rebuild: a generation that is made to take the place of the one that is read, and where it stands.
CREATE TABLE projection_rebuilds (
  generation   INT PRIMARY KEY DEFAULT nextval('projection_generation'),
  ledger_id    TEXT NOT NULL,
  incarnation  TEXT NOT NULL,
  fold_version INT NOT NULL,
  state        TEXT NOT NULL DEFAULT 'BUILDING' CHECK (state IN ('BUILDING', 'VERIFYING', 'DONE', 'REFUSED', 'CANCELLED')),
  position     BIGINT NOT NULL DEFAULT 0 CHECK (position >= 0),
  record_time  TIMESTAMPTZ,                  -- of the event at position; NULL before the first
  digest       BYTEA NOT NULL DEFAULT decode(repeat('00', 16), 'hex') CHECK (length(digest) = 16),
  begin_time   TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  end_time     TIMESTAMPTZ,                  -- when it took the other's place, or was given up
  error        TEXT NOT NULL DEFAULT '',     -- why it was refused
  garbage      INT,                          -- the generation that nobody needs since; NULL: none, or none any more
  CHECK ((position = 0) = (record_time IS NULL))
) WITH (fillfactor = 10);

-- One at a time.
CREATE UNIQUE INDEX projection_rebuilds_open ON projection_rebuilds (ledger_id) WHERE state IN ('BUILDING', 'VERIFYING');

CREATE TABLE accounts (
  generation        INT NOT NULL,
  ledger_id         TEXT NOT NULL,           -- that of the generation, for people
  account_id        TEXT NOT NULL,           -- or external:<CUR>, the other side of deposits and withdrawals
  currency_code     TEXT NOT NULL,
  status            TEXT NOT NULL CHECK (status IN ('ACTIVE', 'FROZEN_DEBITS', 'FROZEN_CREDITS', 'FROZEN_ALL', 'CLOSED')),
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
  reference         TEXT NOT NULL,           -- as last said
  metadata          JSONB NOT NULL,          -- as last said
  total_deposits    NUMERIC NOT NULL,        -- the sum of all that came in, transfers included
  total_withdrawals NUMERIC NOT NULL,        -- the sum of all that went out, transfers included; not negative
  transaction_count BIGINT NOT NULL,         -- the number of postings
  PRIMARY KEY (generation, account_id),
  CHECK (available = posted - held + overdraft_limit),
  CHECK (posted = total_deposits - total_withdrawals)
) WITH (fillfactor = 50);                    -- every posting rewrites a row: in its page, and without its index (HOT)

CREATE VIEW account_summary AS
  SELECT a.ledger_id, a.account_id, a.currency_code, a.total_deposits, a.total_withdrawals, a.transaction_count, a.posted,
    a.position, a.generation
  FROM accounts a
  JOIN projection_checkpoint c ON c.generation = a.generation;

-- One row per event of an account, whether it moved money or not, one more for the external account where money crosses
-- the ledger's border, and one per event of the ledger itself (account_id ''): so every position has a row, and the
-- balance at any moment is one look-up.
CREATE TABLE entries (
  generation           INT NOT NULL,
  ledger_id            TEXT NOT NULL,        -- that of the generation, for people
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
  PRIMARY KEY (generation, position, account_id)
);

CREATE INDEX entries_by_account ON entries (generation, account_id, record_time DESC, position DESC);

-- One row per transaction. What became of it since is said with the position of it: so the row answers for any position.
CREATE TABLE transactions (
  generation              INT NOT NULL,
  ledger_id               TEXT NOT NULL,     -- that of the generation, for people
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
  PRIMARY KEY (generation, position),
  UNIQUE (generation, transaction_id),
  CHECK (status <> 'PENDING' OR end_position IS NULL),
  CHECK ((reversed_by IS NULL) = (reversed_position IS NULL))
);

-- Those that are or were pending; what is posted at once costs nothing here.
CREATE INDEX transactions_once_pending ON transactions (generation, position)
  WHERE status <> 'POSTED' OR end_position IS NOT NULL;

-- One row per posting of a pending transaction.
CREATE TABLE holds (
  generation          INT NOT NULL,
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
  PRIMARY KEY (generation, transaction_id, posting_index),
  CHECK (posted BETWEEN 0 AND amount),
  CHECK ((end_position IS NULL) = (posted IS NULL))
);

CREATE INDEX holds_by_account ON holds (generation, account_id, position);

-- One row per event that says something about an account beside its balances: what it says, and NULL for the rest.
CREATE TABLE account_changes (
  generation      INT NOT NULL,
  account_id      TEXT NOT NULL,
  position        BIGINT NOT NULL,
  record_time     TIMESTAMPTZ NOT NULL,
  effective_time  TIMESTAMPTZ NOT NULL,
  status          TEXT,
  overdraft_limit BIGINT,                    -- where it is not NULL, balance_max is said too
  balance_max     BIGINT,                    -- NULL: no limit
  reference       TEXT,
  metadata        JSONB,
  PRIMARY KEY (generation, account_id, position)
);

CREATE INDEX account_changes_by_effect ON account_changes (generation, account_id, effective_time, position);

-- One row per change of an account's posted or held sum that took effect before it was recorded, numbered per account.
-- What was not backdated took effect in the order of the log, and needs nothing beside the balances in `entries`:
--   as effective at X, as known at P  =  the sums of `entries` at the last position p up to P recorded up to X
--                                      - the totals here at p
--                                      + the sum of what is here up to P and took effect up to X.
CREATE TABLE backdated (
  generation     INT NOT NULL,
  account_id     TEXT NOT NULL,
  number         BIGINT NOT NULL,            -- 1, 2, 3, … per account, in the order of positions
  position       BIGINT NOT NULL,
  effective_time TIMESTAMPTZ NOT NULL,       -- of a hold's end not before the hold's own
  posted         NUMERIC NOT NULL,           -- what it added to the posted sum
  held           NUMERIC NOT NULL,           -- what it added to the held sum
  posted_total   NUMERIC NOT NULL,           -- the sum up to and including this row
  held_total     NUMERIC NOT NULL,
  PRIMARY KEY (generation, account_id, number)
);

CREATE INDEX backdated_by_position ON backdated (generation, account_id, position, number);

-- The same rolled up: each full block of 256 rows, and each of 65,536, in the order of effective time with running sums. So the
-- last sum is a few hundred look-ups whatever the account's length. Block b of a level holds the numbers after b * size.
CREATE TABLE backdated_sums (
  generation     INT NOT NULL,
  account_id     TEXT NOT NULL,
  level          INT NOT NULL,               -- 1: 256 rows, 2: 65,536 rows
  block          BIGINT NOT NULL,
  effective_time TIMESTAMPTZ NOT NULL,
  number         BIGINT NOT NULL,
  posted_sum     NUMERIC NOT NULL,           -- of the block's rows up to and including this one
  held_sum       NUMERIC NOT NULL,
  PRIMARY KEY (generation, account_id, level, block, effective_time, number)
);
