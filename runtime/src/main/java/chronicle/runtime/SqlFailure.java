package chronicle.runtime;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** What a failed statement means for the transaction it belonged to. */
public enum SqlFailure {
  /**
   * It lost to another transaction (40001) or was the victim of a deadlock (40P01): rolled back;
   * run it again.
   */
  SERIALIZATION,
  /** A row with its key exists already (23505): rolled back. */
  UNIQUE_VIOLATION,
  /**
   * The server or the way to it broke (40003, 08xxx, 53xxx, 57P0x, 25P03, an I/O error, no
   * connection to be had): where a COMMIT was under way, the transaction may or may not have
   * happened.
   */
  AMBIGUOUS,
  /**
   * Any other: the statement is wrong, or took too long (57014), and the transaction is rolled
   * back.
   */
  OTHER;

  private static final String STATEMENT_COMPLETION_UNKNOWN = "40003";
  private static final String IDLE_IN_TRANSACTION = "25P03";

  /** The kind of this failure, by its SQLSTATE, else by the first of its causes that tells. */
  public static SqlFailure of(SQLException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      var kind = kind(cause);
      if (kind != OTHER) {
        return kind;
      }
    }
    return OTHER;
  }

  private static SqlFailure kind(Throwable thrown) {
    return switch (thrown) {
      case SQLTransientConnectionException _,
          SQLNonTransientConnectionException _,
          SQLRecoverableException _,
          IOException _ ->
          AMBIGUOUS;
      case SQLException e -> kind(e.getSQLState());
      default -> OTHER;
    };
  }

  private static SqlFailure kind(@Nullable String state) {
    if (state == null) {
      return OTHER;
    }
    return switch (state) {
      case "40001", "40P01" -> SERIALIZATION;
      case "23505" -> UNIQUE_VIOLATION;
      case STATEMENT_COMPLETION_UNKNOWN, IDLE_IN_TRANSACTION -> AMBIGUOUS;
      default -> broken(state) ? AMBIGUOUS : OTHER;
    };
  }

  private static boolean broken(String state) {
    return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P0");
  }
}
