package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.Account.Closed;
import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Account.Unopened;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.log.RecordedEvent.Balances;
import chronicle.ledger.v1.AccountSnapshot;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Between an account's state and its snapshot. */
final class SnapshotCodec {
  /** Stands beside an event of the ledger itself. */
  static final byte[] NO_STATE = {};

  private SnapshotCodec() {}

  static Snapshot encode(RecordedEvent event, AccountAt account) {
    return new Snapshot(
        event.account(),
        account.state().version(),
        account.position(),
        message(account.state()).toByteArray());
  }

  /**
   * Returns the state at an event; empty where the snapshot was not taken at it, or says something
   * else than the event.
   */
  static Optional<AccountAt> decode(Snapshot snapshot, RecordedEvent event) {
    if (snapshot.version() != event.accountVersion() || snapshot.position() != event.position()) {
      return Optional.empty();
    }
    try {
      Account state = state(AccountSnapshot.parseFrom(snapshot.state()), event.accountVersion());
      return Balances.of(state).equals(event.balancesAfter())
          ? Optional.of(new AccountAt(state, event.position(), event.cause().recordTime()))
          : Optional.empty();
    } catch (InvalidProtocolBufferException
        | IllegalArgumentException
        | IllegalStateException
        | ArithmeticException _) {
      return Optional.empty();
    }
  }

  /** What stands beside an event: the version of the fold in one byte, then the state after it. */
  static byte[] mark(Account account) {
    byte[] state = message(account).toByteArray();
    var marked = new byte[state.length + 1];
    marked[0] = Snapshot.FOLD_VERSION;
    System.arraycopy(state, 0, marked, 1, state.length);
    return marked;
  }

  /** The state that {@link #mark} was given; empty where there is none of this fold. */
  static Optional<byte[]> unmark(byte @Nullable [] marked) {
    return marked == null || marked.length == 0 || marked[0] != Snapshot.FOLD_VERSION
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(marked, 1, marked.length));
  }

  private static AccountSnapshot message(Account account) {
    return switch (account) {
      case Unopened _ -> throw new IllegalStateException("no state to keep");
      case Open open ->
          limits(open.currency(), open.limits())
              .setPostedMinorUnits(open.postedMinor())
              .setHeldMinorUnits(open.heldMinor())
              .setFrozen(Messages.scope(open.freeze()))
              .build();
      case Closed closed -> limits(closed.currency(), closed.limits()).setClosed(true).build();
    };
  }

  private static AccountSnapshot.Builder limits(String currency, Limits limits) {
    var message =
        AccountSnapshot.newBuilder()
            .setCurrencyCode(currency)
            .setOverdraftLimitMinorUnits(limits.overdraftMinor());
    limits.balanceMaxMinor().ifPresent(message::setBalanceMaxMinorUnits);
    return message;
  }

  private static Account state(AccountSnapshot message, long version) {
    var limits =
        new Limits(
            message.getOverdraftLimitMinorUnits(),
            message.hasBalanceMaxMinorUnits()
                ? OptionalLong.of(message.getBalanceMaxMinorUnits())
                : OptionalLong.empty());
    return message.getClosed()
        ? new Closed(message.getCurrencyCode(), version, limits)
        : new Open(
            message.getCurrencyCode(),
            version,
            message.getPostedMinorUnits(),
            message.getHeldMinorUnits(),
            limits,
            Messages.freeze(message.getFrozen()));
  }
}
