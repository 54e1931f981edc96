package chronicle.ledger.log;

import chronicle.ledger.domain.LedgerId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.util.List;
import java.util.function.LongSupplier;

/** What a sequencer tells of itself. */
public final class SequencerMetrics {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final AttributeKey<String> LEDGER = AttributeKey.stringKey("ledger");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
  private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");
  private static final List<Long> BATCH_BUCKETS =
      List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 1024L, 2048L);

  private final Meter meter;
  private final LongCounter eventsWritten;
  private final DoubleHistogram writeDuration;
  private final LongHistogram batchCommands;
  private final LongCounter refusals;
  private final LongCounter retries;

  /** Makes the instruments. */
  public SequencerMetrics(Meter meter) {
    this.meter = meter;
    eventsWritten =
        meter
            .counterBuilder("chronicle.events.written")
            .setDescription("Events committed to the log")
            .build();
    writeDuration =
        meter
            .histogramBuilder("chronicle.event.write.duration")
            .setUnit("s")
            .setDescription("Time of a command from its arrival to its commit")
            .build();
    batchCommands =
        meter
            .histogramBuilder("chronicle.batch.commands")
            .ofLongs()
            .setExplicitBucketBoundariesAdvice(BATCH_BUCKETS)
            .setDescription("Commands that share one commit")
            .build();
    refusals =
        meter
            .counterBuilder("chronicle.commands.refused")
            .setDescription("Commands refused by a business rule")
            .build();
    retries =
        meter
            .counterBuilder("chronicle.batch.retries")
            .setDescription("Batches tried again, by what the event store did")
            .build();
  }

  ObservableLongGauge watchQueue(LedgerId ledger, LongSupplier depth) {
    Attributes attributes = of(ledger);
    return meter
        .gaugeBuilder("chronicle.queue.depth")
        .ofLongs()
        .setDescription("Work that waits for the sequencer")
        .buildWithCallback(gauge -> gauge.record(depth.getAsLong(), attributes));
  }

  static Attributes of(LedgerId ledger) {
    return Attributes.of(LEDGER, ledger.value());
  }

  void committed(Attributes ledger, Append append) {
    eventsWritten.add(append.events().size(), ledger);
    if (!append.commands().isEmpty()) {
      batchCommands.record(append.commands().size(), ledger);
    }
  }

  void outcome(Attributes ledger, Outcome outcome, long nanos) {
    switch (outcome) {
      case Outcome.Executed _, Outcome.ExecutedAll _ ->
          writeDuration.record(nanos / NANOS_PER_SECOND, ledger);
      case Outcome.Refused(var refusal, _) ->
          refusals.add(1, ledger.toBuilder().put(REASON, refusal.reason().name()).build());
      case Outcome.Validated _,
          Outcome.ValidatedAll _,
          Outcome.Reused _,
          Outcome.OfQuestion _,
          Outcome.Failed _ -> {}
    }
  }

  void retried(Attributes ledger, EventStoreException.Kind kind) {
    retries.add(1, ledger.toBuilder().put(KIND, kind.name()).build());
  }
}
