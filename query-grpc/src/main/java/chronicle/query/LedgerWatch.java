package chronicle.query;

import chronicle.query.v1.WatchLedgerResponse;
import java.util.Optional;

/** What happens to any account of a ledger: what one WatchLedger sends. */
final class LedgerWatch implements Watches.Source<WatchLedgerResponse> {
  private static final int ENTRIES_PER_FRAME_MAX = 500;

  private final String ledger;
  private final WatchQueries queries;
  private final Freshness freshness;
  private final Lags lags;
  private long position;
  private boolean first = true;

  /** Tells what happens after a position. */
  LedgerWatch(String ledger, WatchQueries queries, Freshness freshness, Lags lags, long position) {
    this.ledger = ledger;
    this.queries = queries;
    this.freshness = freshness;
    this.lags = lags;
    this.position = position;
  }

  @Override
  public Watches.Look<WatchLedgerResponse> look() {
    var happened =
        freshness.read(
            ledger, Wait.none(), () -> queries.toLedger(ledger, position, ENTRIES_PER_FRAME_MAX));
    // One that is less far is being filled anew: nothing is told twice.
    position = Math.max(position, happened.position());
    var silent = happened.entries().isEmpty() && !first;
    first = false;
    return new Watches.Look<>(
        silent
            ? Optional.empty()
            : Optional.of(heartbeat().toBuilder().addAllEntries(happened.entries()).build()),
        position,
        happened.more());
  }

  @Override
  public WatchLedgerResponse heartbeat() {
    var frame = WatchLedgerResponse.newBuilder().setReadPosition(position);
    lags.behind(ledger, position).ifPresent(frame::setLag);
    return frame.build();
  }
}
