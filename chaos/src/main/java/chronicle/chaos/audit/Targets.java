package chronicle.chaos.audit;

import java.util.List;
import java.util.Optional;

/**
 * Where a deployment is reached: its ledgers and its query services, or the gateway as both; and
 * NATS, where its streams are to be compared with the log.
 */
public record Targets(List<String> ledgers, List<String> queries, Optional<String> natsUrl) {
  /** Keeps copies; refuses a deployment without addresses. */
  public Targets {
    ledgers = List.copyOf(ledgers);
    queries = List.copyOf(queries);
    if (ledgers.isEmpty() || queries.isEmpty()) {
      throw new IllegalArgumentException("no ledger or no query service");
    }
  }

  /** Everything through one address. */
  public static Targets gateway(String target) {
    return new Targets(List.of(target), List.of(target), Optional.empty());
  }
}
