package chronicle.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is read out of a process's metrics. */
final class MetricsTest {
  private static final Metrics METRICS =
      Metrics.parse(
          """
          # TYPE jvm_memory_used_bytes gauge
          jvm_memory_used_bytes{jvm_memory_pool_name="PS Eden Space",jvm_memory_type="heap"} 1048576.0
          jvm_memory_used_bytes{jvm_memory_pool_name="PS Old Gen",jvm_memory_type="heap"} 3145728
          jvm_memory_used_bytes{jvm_memory_pool_name="Metaspace",jvm_memory_type="non_heap"} 5.0E7
          jvm_gc_duration_seconds_bucket{jvm_gc_name="PS Scavenge",le="0.01"} 3
          jvm_gc_duration_seconds_bucket{jvm_gc_name="PS Scavenge",le="0.1"} 4
          jvm_gc_duration_seconds_bucket{jvm_gc_name="PS Scavenge",le="+Inf"} 4
          jvm_gc_duration_seconds_count{jvm_gc_name="PS Scavenge"} 4
          jvm_gc_duration_seconds_sum{jvm_gc_name="PS Scavenge"} 0.05
          chronicle_batch_commands_sum 1000.0
          chronicle_batch_commands_count 10.0
          """);

  @Test
  void theHeapAndItsPausesAreRead() {
    assertThat(ProcessState.of("ledger", METRICS))
        .isEqualTo(new ProcessState("ledger", 4, 4, 0.05, 0.1));
  }

  @Test
  void theMeanBatchIsOfTheTimeBetween() {
    assertThat(BatchSize.of(METRICS).meanSince(new BatchSize(400, 4))).isEqualTo(100);
    assertThat(BatchSize.of(METRICS).meanSince(BatchSize.of(METRICS))).isZero();
  }

  @Test
  void aProcessWithoutPausesHasNone() {
    assertThat(ProcessState.of("query", Metrics.parse("")))
        .isEqualTo(new ProcessState("query", 0, 0, 0, 0));
  }
}
