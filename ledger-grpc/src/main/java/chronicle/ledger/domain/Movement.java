package chronicle.ledger.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A positive amount from one account to another; a side left empty is outside the ledger, and not
 * both are.
 */
public record Movement(Optional<AccountId> source, Optional<AccountId> destination, Money amount) {
  /** Refuses an amount that is not positive, and two equal sides. */
  public Movement {
    if (amount.minorUnits() <= 0) {
      throw new IllegalArgumentException("amount must be positive");
    }
    if (source.equals(destination)) {
      throw new IllegalArgumentException("source_account and destination_account must differ");
    }
  }

  /** The accounts on both sides of movements, one that occurs often as often. */
  public static List<AccountId> accounts(List<Movement> movements) {
    var accounts = new ArrayList<AccountId>(2 * movements.size());
    for (Movement movement : movements) {
      movement.source().ifPresent(accounts::add);
      movement.destination().ifPresent(accounts::add);
    }
    return accounts;
  }

  /** The same amount the other way. */
  Movement reversed() {
    return new Movement(destination, source, amount);
  }
}
