package chronicle.projector;

/**
 * The stream can't give the next event: it is unreachable or gone, or no longer or not yet holds
 * it. The log can.
 */
final class StreamLost extends Exception {
  StreamLost(String reason) {
    super(reason);
  }
}
