package chronicle.chaos.audit;

import chronicle.chaos.audit.Outcome.Answered;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.v1.AccountBalances;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.query.v1.Account;
import com.google.protobuf.util.Timestamps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Whether there is one order of all that was answered which agrees with real time: for commands in
 * the log it is the log's; for what left nothing there, refusals and linearizable reads, a place is
 * looked for at which it is right. The earliest place that is possible is taken for each in the
 * order in which they began, which finds an order if there is one.
 */
final class RealTimeCheck {
  private final Replay replay;
  private final Findings findings;
  private final List<Logged> byEnd = new ArrayList<>();
  private final List<Logged> byStart = new ArrayList<>();
  private final long[] lastByEnd;
  private final long[] firstByStart;

  /** A command in the log, and when it happened as far as its clients know. */
  private record Logged(String id, long first, long last, long startNanos, long endNanos) {}

  /** Something without a place in the log, which is right as of some positions. */
  private record Point(
      String subject,
      Rule rule,
      long startNanos,
      long endNanos,
      String what,
      LongPredicate isRight) {}

  RealTimeCheck(Replay replay, Map<String, Attempts> attempts, Findings findings) {
    this.replay = replay;
    this.findings = findings;
    for (Attempts of : attempts.values()) {
      if (!of.logged().isEmpty()) {
        of.taken().ifPresent(command -> byEnd.add(logged(of, command)));
      }
    }
    byStart.addAll(byEnd);
    byEnd.sort(Comparator.comparingLong(Logged::endNanos));
    byStart.sort(Comparator.comparingLong(Logged::startNanos));
    lastByEnd = new long[byEnd.size() + 1];
    for (int i = 0; i < byEnd.size(); i++) {
      lastByEnd[i + 1] = Math.max(lastByEnd[i], byEnd.get(i).last());
    }
    firstByStart = new long[byStart.size() + 1];
    firstByStart[byStart.size()] = replay.head() + 1;
    for (int i = byStart.size() - 1; i >= 0; i--) {
      firstByStart[i] = Math.min(firstByStart[i + 1], byStart.get(i).first());
    }
  }

  /** The last position that was surely in the log at a moment. */
  long lastBefore(long nanos) {
    return lastByEnd[count(byEnd, it -> it.endNanos() < nanos)];
  }

  /** The last position that can have been in the log at a moment. */
  long lastPossible(long nanos) {
    return firstByStart[count(byStart, it -> it.startNanos() <= nanos)] - 1;
  }

  void check(List<Call> calls, Map<String, Attempts> attempts) {
    for (Logged command : byStart) {
      requireOrder(command);
    }
    var points = new ArrayList<Point>();
    attempts.values().forEach(of -> addRefusal(of, points));
    calls.forEach(call -> addValidated(call, points));
    calls.forEach(call -> addRead(call, points));
    place(points);
  }

  private void requireOrder(Logged command) {
    long before = lastBefore(command.startNanos());
    findings.require(
        before < command.first(),
        Rule.ORDER,
        command.id(),
        () ->
            "It stands at position %d; position %d was answered before it was sent."
                .formatted(command.first(), before));
    if (before > 0 && before < command.first()) {
      var earlier = replay.events().get((int) before - 1).getRecordTime();
      var own = replay.events().get((int) command.first() - 1).getRecordTime();
      findings.require(
          Timestamps.compare(earlier, own) < 0,
          Rule.RECORD_TIMES,
          command.id(),
          () ->
              "It was recorded at %s, not after what was answered before it was sent."
                  .formatted(Timestamps.toString(own)));
    }
  }

  /** Each point gets the first place that is not before those of points that ended before it. */
  private void place(List<Point> points) {
    var starting = new ArrayList<>(points);
    starting.sort(Comparator.comparingLong(Point::startNanos));
    var ending = new PriorityQueue<Placed>(Comparator.comparingLong(it -> it.point().endNanos()));
    long floor = 0;
    for (Point point : starting) {
      while (!ending.isEmpty() && ending.peek().point().endNanos() < point.startNanos()) {
        floor = Math.max(floor, ending.poll().position());
      }
      long from = Math.max(floor, lastBefore(point.startNanos()));
      long to = lastPossible(point.endNanos());
      long place = firstRight(point, from, to);
      findings.require(
          place >= 0,
          point.rule(),
          point.subject(),
          () ->
              "%s; that is right at no position from %d to %d.".formatted(point.what(), from, to));
      if (place >= 0) {
        ending.add(new Placed(point, place));
      }
    }
  }

  private record Placed(Point point, long position) {}

  private long firstRight(Point point, long from, long to) {
    if (from == 0 && point.isRight().test(0)) {
      return 0;
    }
    for (long position : replay.ends(Math.max(1, from), to)) {
      if (point.isRight().test(position)) {
        return position;
      }
    }
    return -1;
  }

  private void addRefusal(Attempts of, List<Point> points) {
    of.decided().stream()
        .filter(it -> it.outcome() instanceof Refused)
        .findFirst()
        .ifPresent(call -> {
          var command = Command.of(call.request()).orElseThrow();
          points.add(
              new Point(
                  of.id(),
                  Rule.REFUSALS,
                  of.startNanos(command),
                  of.endNanos(command),
                  "It was refused with " + reason(call),
                  position -> isRefused(command, reason(call), position)));
        });
  }

  private boolean isRefused(Command command, String reason, long position) {
    if (command.parts().isEmpty()) {
      return reason.equals(ErrorReason.LEDGER_ALREADY_EXISTS.name()) && position > 0;
    }
    return isByTheClock(command, reason)
        || Rulebook.decide(replay.at(position), command).equals(new Decision.Refused(reason));
  }

  /** A pending transaction whose time was up when it was to be made: the log does not tell. */
  private static boolean isByTheClock(Command command, String reason) {
    return reason.equals(ErrorReason.TRANSACTION_EXPIRED.name())
        && command.request() instanceof CommandRequest request
        && request.getCreateTransaction().hasExpireTime();
  }

  private void addValidated(Call call, List<Point> points) {
    Command.of(call.request())
        .filter(Command::validateOnly)
        .ifPresent(command -> {
          switch (call.outcome()) {
            case Answered(CommandReceipt receipt) ->
                points.add(
                    point(
                        call,
                        command.id(),
                        Rule.REFUSALS,
                        "It was found valid with certain balances",
                        position -> isValid(command, receipt, position)));
            case Refused(var reason, _) ->
                points.add(
                    point(
                        call,
                        command.id(),
                        Rule.REFUSALS,
                        "It was found to be refused with " + reason,
                        position -> isRefused(command, reason, position)));
            case Answered _, Outcome.Failed _, Outcome.Unknown _ -> {}
          }
        });
  }

  private boolean isValid(Command command, CommandReceipt receipt, long position) {
    return Rulebook.decide(replay.at(position), command) instanceof Decision.Accepted
        && receipt.getBalancesBeforeList().stream()
            .allMatch(balances -> isBefore(balances, position));
  }

  /** An account that the command would open has zero balances. */
  private boolean isBefore(AccountBalances balances, long position) {
    return replay
        .account(balances.getAccount(), position)
        .map(account -> Receipts.balances(account).equals(balances))
        .orElse(balances.getPosted().getMinorUnits() == 0);
  }

  private void addRead(Call call, List<Point> points) {
    if (!Reads.isLinearizable(call.request())) {
      return;
    }
    switch (call.outcome()) {
      case Answered(var answer) -> {
        long named = Reads.readPosition(answer);
        points.add(
            point(
                call,
                ReadCheck.subject(call.request()),
                Rule.LINEARIZABLE_READS,
                "It was answered as of position " + named,
                position -> position == named));
      }
      case Refused(var reason, _) -> {
        var account = Command.text(call.request(), "account");
        points.add(
            point(
                call,
                ReadCheck.subject(call.request()),
                Rule.LINEARIZABLE_READS,
                "It was refused with " + reason,
                position ->
                    reason.equals(ErrorReason.ACCOUNT_NOT_FOUND.name())
                        && replay.account(account, position).map(Account::getAccount).isEmpty()));
      }
      case Outcome.Failed _, Outcome.Unknown _ -> {}
    }
  }

  private static Point point(
      Call call, String subject, Rule rule, String what, LongPredicate isRight) {
    return new Point(subject, rule, call.startNanos(), call.endNanos(), what, isRight);
  }

  private static String reason(Call call) {
    return call.outcome() instanceof Refused(var reason, _) ? reason : "";
  }

  /** Its first place in the log, should it have several. */
  private static Logged logged(Attempts of, Command command) {
    long first = of.logged().getFirst().getPosition();
    long last = first;
    for (Event event : of.logged()) {
      last = event.getPosition() == last + 1 ? last + 1 : last;
    }
    return new Logged(of.id(), first, last, of.startNanos(command), of.endNanos(command));
  }

  /** How many of a sorted list, from the first on, a condition holds for. */
  private static <T> int count(List<T> sorted, Predicate<T> holds) {
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (holds.test(sorted.get(middle))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
