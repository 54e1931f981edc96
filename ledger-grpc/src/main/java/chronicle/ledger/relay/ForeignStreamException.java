package chronicle.ledger.relay;

/** The stream holds events that are not this log's; publishing to it would mix two ledgers. */
final class ForeignStreamException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  ForeignStreamException(String stream, String found, String expected) {
    super(
        "stream %s belongs to incarnation '%s' of the ledger, the log is '%s'"
            .formatted(stream, found, expected));
  }

  ForeignStreamException(String stream, long last, long head) {
    super("stream %s ends at %d, after the log's head %d".formatted(stream, last, head));
  }
}
