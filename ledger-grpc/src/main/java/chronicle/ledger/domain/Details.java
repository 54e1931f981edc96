package chronicle.ledger.domain;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What every command may carry beside its business: a reference, key-value pairs, the time it takes
 * effect (absent: when recorded) and the version its account must have (absent: any).
 */
public record Details(
    String reference,
    Map<String, String> metadata,
    Optional<Instant> effectiveTime,
    OptionalLong expectedVersion) {
  /** Nothing beside the business. */
  public static final Details NONE =
      new Details("", Map.of(), Optional.empty(), OptionalLong.empty());

  /** Keeps a copy of the pairs. */
  public Details {
    metadata = Map.copyOf(metadata);
  }

  /** Whether it is to be effective later than that. */
  public boolean isLaterThan(Instant time) {
    return effectiveTime.isPresent() && effectiveTime.get().isAfter(time);
  }
}
