package chronicle.query;

import java.util.List;
import java.util.Optional;

/**
 * The balances of some accounts at one moment.
 *
 * @param checkpoint the last position that the read model reflected
 * @param incarnation of the ledger that the read model reflected
 * @param readPosition the position that the balances hold for: the end of a command
 * @param accounts in the order asked for; empty where there was no such account at that moment
 */
record Balances(
    long checkpoint, String incarnation, long readPosition, List<Optional<AccountBalance>> accounts)
    implements Snapshot {}
