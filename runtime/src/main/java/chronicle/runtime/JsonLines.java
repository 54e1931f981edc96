package chronicle.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Log events as lines of JSON: timestamp, level, logger, thread, message, the key-values, trace_id,
 * span_id, error.
 */
final class JsonLines {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int TRACE_ID_START = 3;
  private static final int TRACE_ID_END = 35;
  private static final int SPAN_ID_END = 52;
  private static final int LINES_CHARS_KEPT_MAX = 1 << 20;

  private StringBuilder lines = new StringBuilder();
  private long second = Long.MIN_VALUE;
  private String secondText = "";

  /** Appends one line. */
  void add(ILoggingEvent event, String traceparent) {
    lines.append("{\"timestamp\":\"");
    time(event.getInstant());
    lines.append("\",\"level\":\"").append(event.getLevel());
    lines.append("\",\"logger\":");
    text(event.getLoggerName());
    lines.append(",\"thread\":");
    text(event.getThreadName());
    lines.append(",\"message\":");
    text(event.getFormattedMessage());
    keyValues(event);
    trace(traceparent);
    error(event);
    lines.append("}\n");
  }

  /** The lines since the last call. */
  String drain() {
    var drained = lines.toString();
    if (lines.capacity() > LINES_CHARS_KEPT_MAX) {
      lines = new StringBuilder();
    } else {
      lines.setLength(0);
    }
    return drained;
  }

  private void time(Instant instant) {
    if (instant.getEpochSecond() != second) {
      second = instant.getEpochSecond();
      secondText = SECOND.format(instant);
    }
    var micros = instant.getNano() / 1_000;
    lines.append(secondText).append('.');
    for (var unit = 100_000; unit > 0; unit /= 10) {
      lines.append((char) ('0' + micros / unit % 10));
    }
    lines.append('Z');
  }

  private void keyValues(ILoggingEvent event) {
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      for (var pair : pairs) {
        lines.append(',');
        text(pair.key);
        lines.append(':');
        value(pair.value);
      }
    }
  }

  private void trace(String traceparent) {
    if (!traceparent.isEmpty()) {
      lines.append(",\"trace_id\":\"").append(traceparent, TRACE_ID_START, TRACE_ID_END);
      lines.append("\",\"span_id\":\"").append(traceparent, TRACE_ID_END + 1, SPAN_ID_END);
      lines.append('"');
    }
  }

  private void error(ILoggingEvent event) {
    if (event.getThrowableProxy() != null) {
      lines.append(",\"error\":");
      text(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> lines.append("null");
      case Long number -> lines.append(number.longValue());
      case Integer number -> lines.append(number.intValue());
      case Boolean flag -> lines.append(flag.booleanValue());
      default -> text(value.toString());
    }
  }

  private void text(String text) {
    lines.append('"');
    var done = 0;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        lines.append(text, done, i);
        escape(c);
        done = i + 1;
      }
    }
    lines.append(text, done, text.length()).append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> lines.append("\\\"");
      case '\\' -> lines.append("\\\\");
      case '\n' -> lines.append("\\n");
      case '\t' -> lines.append("\\t");
      default ->
          lines
              .append("\\u00")
              .append(Character.forDigit(c >> 4, 16))
              .append(Character.forDigit(c & 15, 16));
    }
  }
}
