package chronicle.query;

import chronicle.query.v1.Transaction;

/**
 * Some transactions of a ledger, the newest first.
 *
 * @param checkpoint the last position that the read model reflected
 */
record TransactionPage(long checkpoint, Page<Transaction, PositionCursor> page)
    implements Snapshot {}
