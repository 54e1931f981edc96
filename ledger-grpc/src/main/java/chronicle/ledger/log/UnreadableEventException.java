package chronicle.ledger.log;

/**
 * An event that this version can't read: it stops its reader, since skipping it would falsify every
 * balance.
 */
public final class UnreadableEventException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** Names the position and what is unreadable there. */
  public UnreadableEventException(String ledger, long position, String what) {
    super("event %d of ledger %s can't be read: %s".formatted(position, ledger, what));
  }
}
