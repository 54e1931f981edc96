package chronicle.query;

import chronicle.query.v1.Hold;

/**
 * Some holds of an account, the newest first.
 *
 * @param checkpoint the last position that the read model reflected
 * @param accountFound whether there is such an account
 */
record HoldPage(long checkpoint, boolean accountFound, Page<Hold, PositionCursor> page)
    implements Snapshot {}
