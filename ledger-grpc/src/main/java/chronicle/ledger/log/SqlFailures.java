package chronicle.ledger.log;

import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.runtime.SqlFailure;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a failed statement means for the batch that it belonged to. */
final class SqlFailures {
  private SqlFailures() {}

  /** A failure before COMMIT was sent: nothing of the transaction stays. */
  static RuntimeException of(SQLException thrown) {
    return switch (SqlFailure.of(thrown)) {
      case SERIALIZATION -> exception(Kind.CONFLICT, thrown);
      case UNIQUE_VIOLATION -> exception(Kind.TAKEN, thrown);
      case AMBIGUOUS -> exception(Kind.UNAVAILABLE, thrown);
      case OTHER ->
          isOurFault(thrown.getSQLState())
              ? new IllegalStateException("the event store refused a statement", thrown)
              : exception(Kind.UNAVAILABLE, thrown);
    };
  }

  /** A failure of COMMIT: only a serialization failure is sure to have rolled back. */
  static EventStoreException ofCommit(SQLException thrown) {
    return SqlFailure.of(thrown) == SqlFailure.SERIALIZATION
        ? exception(Kind.CONFLICT, thrown)
        : exception(Kind.AMBIGUOUS, thrown);
  }

  /** A failure of a statement that commits by itself: it is all of a transaction. */
  static RuntimeException ofStatement(SQLException thrown) {
    RuntimeException failure = of(thrown);
    return failure instanceof EventStoreException e && e.kind() == Kind.UNAVAILABLE
        ? exception(Kind.AMBIGUOUS, thrown)
        : failure;
  }

  private static EventStoreException exception(Kind kind, SQLException thrown) {
    return new EventStoreException(kind, String.valueOf(thrown.getMessage()), thrown);
  }

  /** Wrong data (22) or a broken constraint (23): trying again can't help, and hides a bug. */
  private static boolean isOurFault(@Nullable String state) {
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }
}
