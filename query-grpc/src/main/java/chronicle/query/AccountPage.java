package chronicle.query;

import chronicle.query.v1.Account;
import java.util.List;

/** Some accounts of a ledger, by id. */
record AccountPage(long checkpoint, List<Account> accounts) implements Snapshot {}
