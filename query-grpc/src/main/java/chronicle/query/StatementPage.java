package chronicle.query;

/**
 * Some rows of a statement, the earliest first.
 *
 * @param checkpoint the last position that the read model reflected
 */
record StatementPage(long checkpoint, Page<StatementRow, StatementCursor> page)
    implements Snapshot {}
