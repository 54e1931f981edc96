-- Where money crosses the ledger's border, the row of the account says what the external account has posted after it: all
-- else that there is to say of that account's entry is in the row already. Rows that external accounts had of their own stay.

ALTER TABLE entries ADD COLUMN external_posted_after NUMERIC; -- of the counterparty; NULL: nothing crossed the border

CREATE INDEX entries_by_external_account ON entries (generation, counterparty_account, record_time, position)
  WHERE external_posted_after IS NOT NULL;

-- The entries of every account, external ones included. For reading them all: for one account's last one the planner would sort
-- all that it has.
CREATE VIEW account_entries AS
  SELECT generation, ledger_id, position, account_id, account_version, event_type, currency_code, amount, posted_after,
    held_after, available_after, command_id, transaction_id, transaction_index, transaction_size, counterparty_account,
    record_time, effective_time, reference, metadata
  FROM entries
  UNION ALL
  SELECT generation, ledger_id, position, counterparty_account, 0, event_type, currency_code, -amount, external_posted_after,
    0, external_posted_after, command_id, transaction_id, transaction_index, transaction_size, account_id,
    record_time, effective_time, reference, metadata
  FROM entries
  WHERE external_posted_after IS NOT NULL;

COMMENT ON TABLE entries IS
  'one row per event of an account, and one per event of the ledger itself (account_id ''''): so every position has a row';
