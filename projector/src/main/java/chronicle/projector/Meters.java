package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.runtime.Telemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;

/** The projector's metrics, and its spans in the traces of the events' commands. */
final class Meters {
  private static final AttributeKey<String> LEDGER = AttributeKey.stringKey("ledger");
  private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");
  private static final AttributeKey<String> SOURCE = AttributeKey.stringKey("source");
  private static final int SPANS_MAX = 64;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Telemetry telemetry;
  private final LongCounter events;
  private final LongHistogram batchEvents;

  Meters(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.events =
        telemetry
            .meter()
            .counterBuilder("chronicle.projection.events")
            .setDescription("Events projected")
            .build();
    this.batchEvents =
        telemetry
            .meter()
            .histogramBuilder("chronicle.projection.batch.events")
            .ofLongs()
            .setDescription("Events per transaction")
            .setExplicitBucketBoundariesAdvice(
                List.of(1L, 2L, 5L, 10L, 20L, 50L, 100L, 200L, 500L, 1_000L, 2_000L, 5_000L))
            .build();
  }

  void projected(String ledger, int count) {
    var attributes = Attributes.of(LEDGER, ledger);
    events.add(count, attributes);
    batchEvents.record(count, attributes);
  }

  /** Shows the state of all followers and rebuilds from now on, whenever asked. */
  void observe(Supplier<Collection<Follower>> followers, Supplier<Collection<Rebuild>> rebuilds) {
    observeRebuilds(rebuilds);
    var meter = telemetry.meter();
    meter
        .gaugeBuilder("chronicle.read.lag")
        .setUnit("s")
        .setDescription(
            "How long the oldest event that is not projected yet has waited; 0 at the head")
        .buildWithCallback(gauge -> {
          var now = Instant.now();
          followers
              .get()
              .forEach(follower ->
                  gauge.record(
                      follower.progress().lag(now).toNanos() / NANOS_PER_SECOND,
                      Attributes.of(LEDGER, follower.ledger())));
        });
    meter
        .gaugeBuilder("chronicle.projection.position")
        .ofLongs()
        .setDescription("The last position that the read model reflects")
        .buildWithCallback(gauge ->
            followers
                .get()
                .forEach(
                    f -> gauge.record(f.progress().position(), Attributes.of(LEDGER, f.ledger()))));
    meter
        .gaugeBuilder("chronicle.projection.stopped")
        .ofLongs()
        .setDescription("1 where an event stopped the ledger's projection")
        .buildWithCallback(gauge ->
            followers
                .get()
                .forEach(f ->
                    gauge.record(
                        f.progress().stopped() ? 1 : 0, Attributes.of(LEDGER, f.ledger()))));
    meter
        .gaugeBuilder("chronicle.projection.source")
        .ofLongs()
        .setDescription("1 for where a ledger's events come from now: STREAM, LOG or NONE")
        .buildWithCallback(gauge ->
            followers
                .get()
                .forEach(f ->
                    gauge.record(1, Attributes.of(LEDGER, f.ledger(), SOURCE, f.source().name()))));
  }

  private void observeRebuilds(Supplier<Collection<Rebuild>> rebuilds) {
    telemetry
        .meter()
        .gaugeBuilder("chronicle.rebuild.position")
        .ofLongs()
        .setDescription("The last position that a rebuild under way reflects")
        .buildWithCallback(gauge ->
            rebuilds.get().stream()
                .filter(Rebuild::isOpen)
                .forEach(it -> gauge.record(it.position(), Attributes.of(LEDGER, it.ledger()))));
    telemetry
        .meter()
        .gaugeBuilder("chronicle.rebuild.state")
        .ofLongs()
        .setDescription("1 for what has become of a ledger's last rebuild")
        .buildWithCallback(gauge ->
            rebuilds
                .get()
                .forEach(it ->
                    gauge.record(1, Attributes.of(LEDGER, it.ledger(), STATE, it.state().name()))));
  }

  /**
   * One span in each of the events' traces, up to {@value #SPANS_MAX}, until closed; none where no
   * traces are exported.
   */
  Spans spans(List<Event> events) {
    var spans = new ArrayList<Span>();
    if (telemetry.tracing()) {
      var traces = new HashSet<String>();
      for (var event : events) {
        var trace = event.getTraceparent();
        if (!trace.isEmpty() && traces.size() < SPANS_MAX && traces.add(trace)) {
          spans.add(
              telemetry
                  .startSpan("project", SpanKind.CONSUMER, trace)
                  .setAttribute("chronicle.position", event.getPosition())
                  .setAttribute("chronicle.batch.events", events.size()));
        }
      }
    }
    return new Spans(spans);
  }

  /** Spans that end together. */
  record Spans(List<Span> spans) implements AutoCloseable {
    @Override
    public void close() {
      spans.forEach(Span::end);
    }
  }
}
