package chronicle.chaos.bench;

/** How many commands shared how many commits of a ledger since it started. */
record BatchSize(double commands, double batches) {
  private static final String HISTOGRAM = "chronicle_batch_commands";

  static BatchSize of(Metrics metrics) {
    return new BatchSize(
        metrics.samples().stream()
            .filter(sample -> sample.name().startsWith(HISTOGRAM) && sample.name().endsWith("_sum"))
            .mapToDouble(Metrics.Sample::value)
            .sum(),
        metrics.samples().stream()
            .filter(
                sample -> sample.name().startsWith(HISTOGRAM) && sample.name().endsWith("_count"))
            .mapToDouble(Metrics.Sample::value)
            .sum());
  }

  /** The mean batch since then. */
  double meanSince(BatchSize before) {
    return (commands - before.commands) / Math.max(1, batches - before.batches);
  }
}
