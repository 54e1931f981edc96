package chronicle.chaos.demo;

/** An answer of the mesh is not what it must be; the message says both. */
final class WrongAnswer extends RuntimeException {
  WrongAnswer(String message) {
    super(message);
  }

  /** Throws unless the two are equal. */
  static void unlessEqual(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new WrongAnswer("%s is %s and must be %s.".formatted(what, actual, expected));
    }
  }
}
