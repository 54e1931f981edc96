package chronicle.ledger.log;

import java.util.List;
import java.util.Optional;

/**
 * What the store has of an account: its newest snapshot, and its events in order from the one that
 * the snapshot was taken at, else from the first.
 */
public record StoredAccount(Optional<Snapshot> snapshot, List<RecordedEvent> events) {
  /** An account that was never opened. */
  static final StoredAccount NONE = new StoredAccount(Optional.empty(), List.of());

  /** The account's state; empty where the snapshot is not of this account's history. */
  Optional<AccountAt> fold() {
    if (snapshot.isEmpty()) {
      return Optional.of(AccountAt.fold(events));
    }
    return events.isEmpty()
        ? Optional.empty()
        : SnapshotCodec.decode(snapshot.get(), events.getFirst())
            .map(account -> account.evolve(events.subList(1, events.size())));
  }
}
