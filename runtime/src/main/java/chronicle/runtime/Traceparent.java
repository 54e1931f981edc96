package chronicle.runtime;

import io.grpc.Context;
import io.grpc.Metadata;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The W3C {@code traceparent}: the string by which calls, events and projections belong to one
 * trace.
 */
public final class Traceparent {
  /** No trace. */
  public static final String NONE = "";

  static final Metadata.Key<String> HEADER =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  static final Context.Key<String> CURRENT = Context.keyWithDefault("traceparent", NONE);

  private Traceparent() {}

  /**
   * The trace of the call whose handler is running, with the server's own span where spans are
   * exported; {@link #NONE} without one.
   */
  public static String current() {
    return CURRENT.get();
  }

  /** The traceparent of a span; {@link #NONE} for an invalid one. */
  public static String of(SpanContext span) {
    return span.isValid()
        ? "00-%s-%s-%s".formatted(span.getTraceId(), span.getSpanId(), span.getTraceFlags().asHex())
        : NONE;
  }

  /**
   * The span that a traceparent names; an invalid one for {@link #NONE} and for anything malformed.
   */
  static SpanContext parse(String traceparent) {
    if (traceparent.isEmpty()) {
      return SpanContext.getInvalid();
    }
    return Span.fromContext(context(traceparent)).getSpanContext();
  }

  /** An OpenTelemetry context whose span is the one named, or none. */
  static io.opentelemetry.context.Context context(String traceparent) {
    var root = io.opentelemetry.context.Context.root();
    return W3CTraceContextPropagator.getInstance().extract(root, traceparent, Field.ONLY);
  }

  private enum Field implements TextMapGetter<String> {
    ONLY;

    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of("traceparent");
    }

    @Override
    public @Nullable String get(@Nullable String traceparent, String key) {
      return key.equals("traceparent") ? traceparent : null;
    }
  }
}
