package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Event;
import chronicle.ledger.model.RandomCommands;
import chronicle.ledger.model.RandomCommands.Sight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Work as clients would never send it: random commands, alone and in atomic batches, to be executed
 * or only validated; old ones repeated, whole and in part; and old ids for something else.
 */
final class RandomWork {
  private static final int PARTS_MAX = 5;
  private static final Sight UNSEEN = new Sight(0, "", 0, 0, false, false);

  private final RandomGenerator random;
  private final RandomCommands commands;
  private final Map<AccountId, Sight> seen = new HashMap<>();
  private final List<Work> asked = new ArrayList<>();
  private final List<Request> executed = new ArrayList<>();
  private int ids;

  RandomWork(RandomGenerator random, Duration soon) {
    this.random = random;
    this.commands = new RandomCommands(random, soon, this::look);
  }

  /** Takes in what came of work, so that later work may build on it. */
  void see(Work work, Outcome outcome) {
    List<List<RecordedEvent>> parts =
        switch (outcome) {
          case Outcome.Executed(var events, _) -> List.of(events);
          case Outcome.ExecutedAll(var all, _) -> all;
          default -> List.of();
        };
    for (int i = 0; i < parts.size(); i++) {
      Request request = work.requests().get(i);
      if (!(request.command() instanceof Command.CreateLedger)) {
        executed.add(request);
        commands.accepted(request.id().value(), request.command());
      }
      parts.get(i).forEach(this::see);
    }
  }

  private void see(RecordedEvent event) {
    Sight before = seen.getOrDefault(event.account(), UNSEEN);
    if (event.accountVersion() > before.version() && !event.account().isLedger()) {
      var after = event.balancesAfter();
      boolean isFrozen =
          event.event() instanceof Event.AccountFrozen
              || (before.isFrozen() && !(event.event() instanceof Event.AccountUnfrozen));
      boolean isClosed =
          event.event() instanceof Event.AccountClosed
              || (before.isClosed() && !(event.event() instanceof Event.AccountReopened));
      seen.put(
          event.account(),
          new Sight(
              event.accountVersion(),
              after.currency(),
              after.postedMinor(),
              after.availableMinor(),
              isFrozen,
              isClosed));
    }
  }

  Work next(Instant now) {
    boolean isFirst = asked.isEmpty() || executed.isEmpty();
    Work work =
        switch (isFirst ? 10 : random.nextInt(24)) {
          case 0, 1, 2 -> asked.get(random.nextInt(asked.size()));
          case 3 -> new Work.Execute(executed.get(random.nextInt(executed.size())));
          case 4 -> new Work.Execute(otherwise(executed.get(random.nextInt(executed.size())), now));
          case 5, 6, 7 -> new Work.ExecuteAll(batch(now));
          case 8 -> new Work.Inspect(AccountId.of("account-" + random.nextInt(5)));
          case 9 -> new Work.Sweep();
          default -> new Work.Execute(request(now, random.nextInt(16) == 0));
        };
    asked.add(work);
    return work;
  }

  private Request request(Instant now, boolean validateOnly) {
    return request("c-" + ids++, validateOnly, commands.next(now));
  }

  private static Request request(String id, boolean validateOnly, Command command) {
    return new Request(CommandId.of(id), "anonymous", "", validateOnly, command);
  }

  /** The id of another command, or asked for by somebody else. */
  private Request otherwise(Request request, Instant now) {
    return random.nextInt(4) == 0
        ? new Request(request.id(), "mallory", "", false, request.command())
        : request(request.id().value(), false, commands.next(now));
  }

  private Request.Atomic batch(Instant now) {
    boolean validateOnly = random.nextInt(10) == 0;
    var id = CommandId.of("b-" + ids++);
    var parts = new ArrayList<Request>();
    int count = 1 + random.nextInt(PARTS_MAX);
    for (int i = 0; i < count; i++) {
      boolean isTwice = i > 0 && random.nextInt(4) == 0;
      parts.add(
          isTwice
              ? request("c-" + ids++, validateOnly, parts.getLast().command())
              : part(now, validateOnly));
      if (random.nextInt(3) == 0) {
        // What stands before it in the batch, for the ones behind it.
        commands.accepted(parts.getLast().id().value(), parts.getLast().command());
      }
    }
    if (random.nextInt(20) == 0 && !executed.isEmpty()) {
      parts.add(executed.get(random.nextInt(executed.size())));
    }
    return new Request.Atomic(id, "anonymous", "", validateOnly, parts);
  }

  /** No batch creates a ledger. */
  private Request part(Instant now, boolean validateOnly) {
    Request part = request(now, validateOnly);
    return part.command() instanceof Command.CreateLedger ? part(now, validateOnly) : part;
  }

  private Optional<Sight> look(AccountId id) {
    return Optional.ofNullable(seen.get(id));
  }
}
