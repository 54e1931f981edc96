package chronicle.chaos.lab;

import chronicle.chaos.audit.Call;
import chronicle.chaos.audit.Outcome;
import chronicle.chaos.audit.Outcome.Answered;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.ExecuteBatchResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The commands of a history that were acknowledged, and when. */
final class Acknowledgements {
  /** One acknowledged command: when its client knew, and where it stands in the log. */
  record Acknowledged(long nanos, long position) {}

  private final List<Acknowledged> all;
  private final long unknown;

  Acknowledgements(List<Acknowledged> all, long unknown) {
    this.all = all.stream().sorted(Comparator.comparingLong(Acknowledged::nanos)).toList();
    this.unknown = unknown;
  }

  /** Those of the calls; what was only validated or answered before is not counted. */
  static Acknowledgements of(List<Call> calls) {
    return new Acknowledgements(
        calls.stream().flatMap(call -> acknowledged(call).stream()).toList(),
        calls.stream()
            .filter(call -> call.outcome() instanceof Outcome.Unknown && isCommand(call))
            .count());
  }

  /** How many times a command ended without its client knowing whether the command was executed. */
  long unknown() {
    return unknown;
  }

  List<Acknowledged> all() {
    return all;
  }

  /** How many there were from one time to another. */
  long between(long fromNanos, long toNanos) {
    return all.stream().filter(it -> it.nanos >= fromNanos && it.nanos < toNanos).count();
  }

  /** The longest time without any, from one time to another. */
  Duration longestGap(long fromNanos, long toNanos) {
    var longest = 0L;
    var last = fromNanos;
    for (var acknowledged : all) {
      if (acknowledged.nanos >= fromNanos && acknowledged.nanos < toNanos) {
        longest = Math.max(longest, acknowledged.nanos - last);
        last = acknowledged.nanos;
      }
    }
    return Duration.ofNanos(Math.max(longest, toNanos - last));
  }

  long lastPosition() {
    return all.stream().mapToLong(Acknowledged::position).max().orElse(0);
  }

  /** For each sample, how many positions the read model was behind what was acknowledged then. */
  List<Long> behind(List<LagProbe.Sample> samples) {
    // By time, the furthest position until then.
    var furthest = new TreeMap<Long, Long>();
    var last = 0L;
    for (var it : all) {
      last = Math.max(last, it.position);
      furthest.put(it.nanos, last);
    }
    return samples.stream()
        .map(sample ->
            Optional.ofNullable(furthest.floorEntry(sample.nanos()))
                .map(entry -> Math.max(0, entry.getValue() - sample.position()))
                .orElse(0L))
        .toList();
  }

  /** For each sample, how long the oldest acknowledged command it lacks had been waiting. */
  List<Duration> lags(List<LagProbe.Sample> samples) {
    // By position, when it or any later one was first acknowledged.
    var firsts = new TreeMap<Long, Long>();
    var first = Long.MAX_VALUE;
    for (var it : all.stream().sorted(Comparator.comparingLong(a -> -a.position)).toList()) {
      first = Math.min(first, it.nanos);
      firsts.put(it.position, first);
    }
    return samples.stream()
        .map(sample ->
            Optional.ofNullable(firsts.higherEntry(sample.position()))
                .map(entry -> Duration.ofNanos(Math.max(0, sample.nanos() - entry.getValue())))
                .orElse(Duration.ZERO))
        .toList();
  }

  private static Optional<Acknowledged> acknowledged(Call call) {
    if (!(call.outcome() instanceof Answered answered)) {
      return Optional.empty();
    }
    var position =
        switch (answered.answer()) {
          case CommandReceipt receipt when !receipt.getReplayed() -> receipt.getPosition();
          case ExecuteBatchResponse batch -> lastPosition(batch);
          default -> 0L;
        };
    return position == 0
        ? Optional.empty()
        : Optional.of(new Acknowledged(call.endNanos(), position));
  }

  private static boolean isCommand(Call call) {
    return switch (call.request()) {
      case CommandRequest _, ExecuteBatchRequest _ -> true;
      default -> false;
    };
  }

  private static long lastPosition(ExecuteBatchResponse batch) {
    return batch.getOutcomesList().stream()
        .filter(outcome -> !outcome.getReceipt().getReplayed())
        .mapToLong(outcome -> outcome.getReceipt().getPosition())
        .max()
        .orElse(0);
  }
}
