package chronicle.query;

import java.util.List;
import java.util.Optional;

/**
 * What some accounts were at one moment.
 *
 * @param checkpoint the last position that the read model reflected
 * @param origin the rows that were read, as {@link Moment#origin} says it
 * @param accounts in the order asked for; empty where there was no such account at that moment
 */
record AccountStates(long checkpoint, String origin, List<Optional<AccountState>> accounts)
    implements Snapshot {}
