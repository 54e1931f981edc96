package chronicle.query;

import chronicle.type.v1.Money;
import java.util.Optional;

/**
 * The balances at both ends of a statement's period.
 *
 * @param checkpoint the last position that the read model reflected
 * @param balances empty where there is no such account
 */
record StatementEnds(long checkpoint, Optional<Balances> balances) implements Snapshot {
  record Balances(Money opening, Money closing) {}
}
