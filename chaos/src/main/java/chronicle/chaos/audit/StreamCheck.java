package chronicle.chaos.audit;

import java.util.List;

/** The stream's messages, held against the log. */
final class StreamCheck {
  private StreamCheck() {}

  /** A stream may begin late, since one that was lost does; from there on it has no gap. */
  static void check(List<Log.Message> messages, Replay replay, Findings findings) {
    long due = messages.isEmpty() ? replay.head() + 1 : messages.getFirst().sequence();
    for (Log.Message message : messages) {
      long expected = due;
      boolean isEvent =
          message.sequence() == expected
              && expected <= replay.head()
              && replay.events().get((int) expected - 1).toByteString().equals(message.body());
      findings.require(
          isEvent,
          Rule.STREAM,
          "sequence " + message.sequence(),
          () -> "It is not the event at position %d, byte for byte.".formatted(expected));
      due = message.sequence() + 1;
    }
    long end = due;
    findings.require(
        end == replay.head() + 1,
        Rule.STREAM,
        "sequence " + end,
        () -> "The stream ends before position %d, the head.".formatted(replay.head()));
  }
}
