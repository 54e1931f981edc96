package chronicle.query;

import chronicle.query.v1.Entry;

/**
 * Some entries of an account, the newest first.
 *
 * @param checkpoint the last position that the read model reflected
 * @param accountFound whether there is such an account
 */
record EntryPage(long checkpoint, boolean accountFound, Page<Entry, EntryCursor> page)
    implements Snapshot {}
