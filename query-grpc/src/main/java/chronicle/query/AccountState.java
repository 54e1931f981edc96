package chronicle.query;

import chronicle.query.v1.Account;
import java.time.Instant;

/**
 * What an account was at a moment: the account, and when the last of its events that was known then
 * was recorded.
 */
record AccountState(Account account, Instant recordTime) {}
