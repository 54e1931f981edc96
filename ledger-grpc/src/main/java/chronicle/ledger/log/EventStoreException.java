package chronicle.ledger.log;

/** The event store did not do what it was asked; the kind says what to do now. */
public final class EventStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What a failure of the event store means. */
  public enum Kind {
    /** Rolled back because of another transaction: decide again. */
    CONFLICT,
    /**
     * Rolled back because a row that was to be new is there, as a repeated command's is: look the
     * command ids up, and decide again.
     */
    TAKEN,
    /** Rolled back, or never begun, because the store can't be reached: try again. */
    UNAVAILABLE,
    /** The commit may or may not have happened: look the command ids up under the head lock. */
    AMBIGUOUS
  }

  private final Kind kind;

  /** A failure of a kind, with what the driver said. */
  public EventStoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Another process was faster; nothing was written. */
  public static EventStoreException lostRace(String message) {
    return new EventStoreException(Kind.CONFLICT, message, new IllegalStateException(message));
  }

  /** What the failure means. */
  public Kind kind() {
    return kind;
  }
}
