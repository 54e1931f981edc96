-- What is due, of those that can be due. The index before it had every transaction of a ledger, so that a young database
-- (no statistics yet) looked transactions up in it, and read all of them each time.
CREATE INDEX transactions_pending_due ON transactions (ledger_id, due_time) WHERE due_time IS NOT NULL;
DROP INDEX transactions_due;
