package chronicle.projector;

/**
 * An event that must not be projected, for it is unknown or does not add up: its ledger's
 * projection stops before it.
 */
final class Unprojectable extends RuntimeException {
  private final long position;

  /** The event at this position is at fault, for this reason. */
  Unprojectable(long position, String reason) {
    super("position %d: %s".formatted(position, reason));
    this.position = position;
  }

  long position() {
    return position;
  }
}
