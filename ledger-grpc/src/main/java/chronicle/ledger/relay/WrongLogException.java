package chronicle.ledger.relay;

/**
 * The stream and the log do not belong together, or the log is not whole: going on would mix or
 * falsify ledgers.
 */
final class WrongLogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  WrongLogException(String message) {
    super(message);
  }
}
