package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class KnownSpansTest {
  private final KnownSpans known = new KnownSpans();

  @BeforeEach
  void lookUpTwo() {
    known.add("main", span("one", 7, 100, 110));
    known.add("main", span("one", 20, 200, 210));
  }

  @Test
  @DisplayName(
      "G10: a time inside a span stands for the span's position, from its first moment to before its end")
  void insideASpan() {
    assertThat(known.find("main", at(99))).isEmpty();
    assertThat(known.find("main", at(100))).map(Span::position).hasValue(7L);
    assertThat(known.find("main", at(109))).map(Span::position).hasValue(7L);
    assertThat(known.find("main", at(110))).isEmpty();
    assertThat(known.find("other", at(100))).isEmpty();
  }

  @Test
  @DisplayName("G10: any other time is looked for between the spans before and after it")
  void betweenSpans() {
    assertThat(known.around("main", at(50))).isEqualTo(new Bounds("one", 0, 7));
    assertThat(known.around("main", at(150))).isEqualTo(new Bounds("one", 7, 20));
    assertThat(known.around("main", at(250))).isEqualTo(new Bounds("one", 20, Long.MAX_VALUE));
    assertThat(known.around("other", at(150))).isEqualTo(Bounds.NONE);
  }

  @Test
  @DisplayName("G10: a span of another incarnation of the ledger bounds nothing")
  void anotherIncarnation() {
    known.add("main", span("two", 3, 200, 230));

    assertThat(known.around("main", at(150))).isEqualTo(new Bounds("one", 7, Long.MAX_VALUE));
    assertThat(known.around("main", at(240))).isEqualTo(new Bounds("two", 3, Long.MAX_VALUE));
  }

  private static Span span(String incarnation, long position, long from, long until) {
    return new Span(incarnation, position, at(from), at(until));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }
}
