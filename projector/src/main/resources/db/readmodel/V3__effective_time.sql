-- Business time: what an account was as effective at a time, as known at a position.
-- Emptied and filled again, as before: the rows to come stand for events that were projected already.

TRUNCATE projection_checkpoint, accounts, entries, transactions, holds, account_changes;

-- One row per change of an account's posted or held sum that took effect before it was recorded, numbered per account.
-- What was not backdated took effect in the order of the log, and needs nothing beside the balances in `entries`:
--   as effective at X, as known at P  =  the sums of `entries` at the last position p up to P recorded up to X
--                                      - the totals here at p
--                                      + the sum of what is here up to P and took effect up to X.
CREATE TABLE backdated (
  ledger_id      TEXT NOT NULL,
  account_id     TEXT NOT NULL,
  number         BIGINT NOT NULL,            -- 1, 2, 3, … per account, in the order of positions
  position       BIGINT NOT NULL,
  effective_time TIMESTAMPTZ NOT NULL,       -- of a hold's end not before the hold's own
  posted         NUMERIC NOT NULL,           -- what it added to the posted sum
  held           NUMERIC NOT NULL,           -- what it added to the held sum
  posted_total   NUMERIC NOT NULL,           -- the sum up to and including this row
  held_total     NUMERIC NOT NULL,
  PRIMARY KEY (ledger_id, account_id, number)
);

CREATE INDEX backdated_by_position ON backdated (ledger_id, account_id, position, number);

-- The same rolled up: each full block of 256 rows, and each of 65,536, in the order of effective time with running sums. So the
-- last sum is a few hundred look-ups whatever the account's length. Block b of a level holds the numbers after b * size.
CREATE TABLE backdated_sums (
  ledger_id      TEXT NOT NULL,
  account_id     TEXT NOT NULL,
  level          INT NOT NULL,               -- 1: 256 rows, 2: 65,536 rows
  block          BIGINT NOT NULL,
  effective_time TIMESTAMPTZ NOT NULL,
  number         BIGINT NOT NULL,
  posted_sum     NUMERIC NOT NULL,           -- of the block's rows up to and including this one
  held_sum       NUMERIC NOT NULL,
  PRIMARY KEY (ledger_id, account_id, level, block, effective_time, number)
);

CREATE INDEX account_changes_by_effect ON account_changes (ledger_id, account_id, effective_time, position);
