package chronicle.query;

import chronicle.query.v1.Account;
import chronicle.query.v1.WatchAccountResponse;
import java.util.List;
import java.util.Optional;

/** An account's state, and then what happens to it: what one WatchAccount sends. */
final class AccountWatch implements Watches.Source<WatchAccountResponse> {
  private static final int ENTRIES_PER_FRAME_MAX = 500;

  private final String ledger;
  private final String account;
  private final WatchQueries queries;
  private final StateQueries states;
  private final Freshness freshness;
  private final Lags lags;
  private final Wait wait;
  private long position;
  private boolean stateDue;

  /** Tells what happens after a position, of which the state is told first where it is due. */
  AccountWatch(
      String ledger,
      String account,
      WatchQueries queries,
      StateQueries states,
      Freshness freshness,
      Lags lags,
      long position,
      boolean stateDue) {
    this.ledger = ledger;
    this.account = account;
    this.queries = queries;
    this.states = states;
    this.freshness = freshness;
    this.lags = lags;
    this.wait = Wait.none();
    this.position = position;
    this.stateDue = stateDue;
  }

  @Override
  public Watches.Look<WatchAccountResponse> look() {
    var happened =
        freshness.read(
            ledger,
            wait,
            () -> queries.toAccount(ledger, account, position, ENTRIES_PER_FRAME_MAX));
    if (happened.position() < position) {
      // A read model that is being filled anew: nothing is told twice.
      return new Watches.Look<>(Optional.empty(), position, false);
    }
    position = happened.position();
    if (happened.entries().isEmpty() && !stateDue) {
      return new Watches.Look<>(Optional.empty(), position, false);
    }
    stateDue = happened.more();
    var frame = heartbeat().toBuilder().addAllEntries(happened.entries());
    if (!happened.more()) {
      frame.setAccount(state(happened.moment()));
    }
    return new Watches.Look<>(Optional.of(frame.build()), position, happened.more());
  }

  @Override
  public WatchAccountResponse heartbeat() {
    var frame = WatchAccountResponse.newBuilder().setReadPosition(position);
    lags.behind(ledger, position).ifPresent(frame::setLag);
    return frame.build();
  }

  private Account state(Moment moment) {
    return freshness
        .read(ledger, wait, () -> states.at(ledger, moment, Optional.empty(), List.of(account)))
        .accounts()
        .getFirst()
        .orElseThrow(() -> QueryService.accountNotFound(ledger, account))
        .account();
  }
}
