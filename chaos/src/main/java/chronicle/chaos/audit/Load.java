package chronicle.chaos.audit;

import chronicle.chaos.audit.Outcome.Answered;
import chronicle.chaos.audit.Outcome.Failed;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.chaos.audit.Outcome.Unknown;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The clients of an audit at their work. */
final class Load {
  private static final int ACCOUNTS = 12;
  private static final int ATTEMPTS_MAX = 4;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Plan plan;
  private final Channels channels;
  private final History history;
  private final Progress progress;
  private final Memory memory = new Memory();
  private final Map<String, Message> unresolved = new ConcurrentHashMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> clients = new ArrayList<>();

  Load(Plan plan, Channels channels, History history, Progress progress) {
    this.plan = plan;
    this.channels = channels;
    this.history = history;
    this.progress = progress;
  }

  /** Makes the ledger and its accounts; throws {@link LedgerNotMade}. */
  void prepare() {
    var client = new Client(0);
    var ledger = CreateLedgerRequest.newBuilder().setLedger(plan.ledger()).setCommandId("ledger");
    client.insist(ledger.build());
    for (int i = 0; i < ACCOUNTS; i++) {
      client.insist(client.commands.open(i));
      memory.opened("account-" + i);
    }
  }

  void start() {
    for (int i = 1; i <= plan.clients(); i++) {
      var client = new Client(i);
      clients.add(Thread.ofVirtual().name("audit-client-" + i).start(client::work));
    }
  }

  /** Waits until the clients have ended by themselves: their time or their calls are used up. */
  void await() throws InterruptedException {
    for (Thread client : clients) {
      client.join();
    }
  }

  /** Lets the clients end what they are doing. */
  void stop() throws InterruptedException {
    stopped.countDown();
    await();
  }

  /** Asks again for everything unknown until it is known, or the time is up. */
  void resolve(Random random, long untilNanos) throws InterruptedException {
    var caller = new Caller(history, 0, plan.deadline());
    while (!unresolved.isEmpty() && System.nanoTime() < untilNanos) {
      for (Message request : List.copyOf(unresolved.values())) {
        settle(request, caller.call(channels.ledger(random), request));
      }
      if (!unresolved.isEmpty()) {
        Thread.sleep(PAUSE);
      }
    }
  }

  int unresolved() {
    return unresolved.size();
  }

  List<String> accounts() {
    return memory.accounts();
  }

  /** Remembers what came of a command; what is still in doubt is asked for again later. */
  private boolean settle(Message request, Outcome outcome) {
    progress.count(outcome);
    var id = Command.of(request).orElseThrow().id();
    return switch (outcome) {
      case Answered(CommandReceipt receipt) -> {
        memory.acknowledged(request, receipt);
        unresolved.remove(id, request);
        yield true;
      }
      case Answered _, Refused _ -> {
        unresolved.remove(id, request);
        yield true;
      }
      case Failed _ -> false;
      case Unknown _ -> {
        unresolved.put(id, request);
        yield false;
      }
    };
  }

  /** One client: it does one thing after the other. */
  private final class Client {
    private final Random random;
    private final Caller caller;
    private final RandomCommands commands;
    private final RandomReads reads;

    private Client(int number) {
      random = new Random(plan.seed() * 1_000_003 + number);
      caller = new Caller(history, number, plan.deadline());
      commands = new RandomCommands(plan.ledger(), memory, random, "c" + number);
      reads = new RandomReads(plan.ledger(), memory, random);
    }

    private void insist(Message request) {
      boolean isKnown = false;
      for (int attempt = 1; attempt <= ATTEMPTS_MAX && !isKnown; attempt++) {
        isKnown = execute(request);
      }
      if (!(history.calls().getLast().outcome() instanceof Answered)) {
        throw new LedgerNotMade(
            "The deployment did not take %s: %s"
                .formatted(
                    request.getDescriptorForType().getName(), history.calls().getLast().outcome()));
      }
    }

    private void work() {
      try {
        long end = history.now() + plan.time().toNanos();
        long slot = TimeUnit.SECONDS.toNanos(1) * plan.clients() / plan.callsPerSecondMax();
        long next = history.now();
        while (history.now() < end && !history.isFull()) {
          step();
          next = Math.max(next + slot, history.now() - slot);
          if (stopped.await(Math.max(0, next - history.now()), TimeUnit.NANOSECONDS)) {
            return;
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void step() throws InterruptedException {
      int dice = random.nextInt(100);
      if (dice < 30) {
        var question = reads.next();
        progress.count(caller.call(channels.to(question, random), question));
      } else if (dice < 33) {
        once(RandomCommands.validated(commands.next()));
      } else if (dice < 38) {
        once(memory.command(random).orElseGet(commands::next));
      } else if (dice < 40) {
        once(another(memory.command(random).orElseGet(commands::next)));
      } else if (dice < 43) {
        untilKnown(commands.atomic());
      } else if (dice < 45) {
        many(several(), (channel, all) -> caller.independent(channel, plan.ledger(), all));
      } else if (dice < 47) {
        many(several(), caller::stream);
      } else {
        untilKnown(commands.next());
      }
    }

    /** A different command under the id of one that was sent. */
    private Message another(Message sent) {
      var id = Command.of(sent).orElseThrow().id();
      return RandomCommands.withId(commands.next(), id);
    }

    private List<CommandRequest> several() {
      var several = new ArrayList<CommandRequest>();
      for (int i = 2 + random.nextInt(8); i > 0; i--) {
        several.add(commands.next());
      }
      return several;
    }

    private void many(List<CommandRequest> requests, Way way) {
      requests.forEach(memory::sent);
      var outcomes = way.send(channels.ledger(random), requests);
      for (int i = 0; i < requests.size(); i++) {
        settle(requests.get(i), outcomes.get(i));
      }
    }

    /** Sends it, and again under its id while its outcome is not known, a few times. */
    private void untilKnown(Message request) throws InterruptedException {
      memory.sent(request);
      for (int attempt = 1; attempt <= ATTEMPTS_MAX && !execute(request); attempt++) {
        if (stopped.await(PAUSE.toMillis() * attempt, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    }

    private void once(Message request) {
      progress.count(caller.call(channels.ledger(random), request));
    }

    private boolean execute(Message request) {
      var channel = channels.ledger(random);
      var isKnown = settle(request, caller.call(channel, request));
      if (!isKnown) {
        channel.resetConnectBackoff();
      }
      return isKnown;
    }
  }

  /** A way to send several commands at once. */
  private interface Way {
    List<Outcome> send(ManagedChannel channel, List<CommandRequest> requests);
  }
}
