package chronicle.query;

import chronicle.query.v1.Account;

/**
 * Some accounts of a ledger, by id.
 *
 * @param checkpoint the last position that the read model reflected
 */
record AccountPage(long checkpoint, Page<Account, String> page) implements Snapshot {}
