package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Account.Closed;
import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Account.Unopened;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Decision.Step;
import chronicle.ledger.domain.Transaction.Posted;
import chronicle.ledger.model.Fact;
import chronicle.ledger.model.RandomCommands;
import chronicle.ledger.model.RandomCommands.Sight;
import chronicle.ledger.model.ReferenceLedger;
import chronicle.ledger.model.ReferenceLedger.AccountView;
import chronicle.ledger.model.ReferenceLedger.TransactionView;
import chronicle.ledger.model.Seeds;
import chronicle.ledger.model.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories of the rules beside a ledger of another make, which must say yes and no alike,
 * for the same reasons, and agree on every event, balance and transaction. The seed is in the
 * test's name, and replays it: {@code -Dsimulation.seed=42}.
 */
final class LedgerSimulationTest {
  private static final int SEEDS = 1_000;
  private static final int COMMANDS = 300;
  private static final Duration SOON = Duration.ofMillis(5);

  private static final Set<String> answers = new HashSet<>();

  static LongStream seeds() {
    return Seeds.of(SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName(
      "G4 G5 G6: whatever is asked, the rules and the model agree, limits hold, and money is conserved")
  void theRulesAgreeWithTheModel(long seed) {
    new Simulation(Seeds.random(seed)).run();
  }

  /** A simulation that never got somewhere shows nothing about it. */
  @AfterAll
  static void everyAnswerWasGiven() {
    if (Long.getLong("simulation.seed") == null) {
      var wanted = new TreeSet<String>();
      EnumSet.allOf(Refusal.Reason.class).forEach(reason -> wanted.add(reason.name()));
      for (Class<?> kind : Event.class.getDeclaredClasses()) {
        if (kind.isRecord() && Event.class.isAssignableFrom(kind)) {
          wanted.add(kind.getSimpleName());
        }
      }
      assertThat(answers).containsAll(wanted);
    }
  }

  /** What happened, for whoever must find out why; without a command, a transaction expired. */
  private record Noted(
      String id, Instant time, Optional<Command> command, Optional<Verdict> verdict) {
    @Override
    public String toString() {
      return "%n%s %s %s -> %s"
          .formatted(
              time,
              id,
              command.map(Command::toString).orElse("expires"),
              verdict.map(Verdict::toString).orElse(""));
    }
  }

  /** One history. */
  private static final class Simulation {
    private final RandomGenerator random;
    private final RandomCommands commands;
    private final BooksFixture books = new BooksFixture();
    private final ReferenceLedger model = new ReferenceLedger();
    private final List<Noted> history = new ArrayList<>();
    private Instant now = BooksFixture.NOW;

    Simulation(RandomGenerator random) {
      this.random = random;
      this.commands = new RandomCommands(random, SOON, this::look);
    }

    void run() {
      if (random.nextInt(10) == 0) {
        // Before there is a ledger.
        execute("early", commands.next(now));
      }
      execute("ledger", new Command.CreateLedger(Details.NONE));
      for (int i = 0; i < COMMANDS; i++) {
        now = now.plusNanos(1_000 * (1 + random.nextLong(200)));
        expire();
        execute("c-" + i, commands.next(now));
      }
      requireAgreement();
    }

    private void expire() {
      for (String id : model.due(now)) {
        List<Step> steps = Ledger.expire(books, new CommandId(id)).steps();
        history.add(new Noted(id, now, Optional.empty(), Optional.empty()));
        requireEqual(facts(steps), model.expire(id));
        answers.addAll(types(steps));
        books.applyExpiry(new CommandId(id), steps);
        requireAgreement(new CommandId(id));
      }
    }

    private void execute(String id, Command command) {
      Verdict verdict = model.ask(id, "anonymous", command, now);
      Decision decision = Ledger.decide(books, command, now, "log-1");
      history.add(new Noted(id, now, Optional.of(command), Optional.of(verdict)));
      switch (decision) {
        case Refused(var refusal) -> {
          answers.add(refusal.reason().name());
          requireEqual(new Verdict.No(refusal.reason().name(), -1), verdict);
        }
        case Accepted(var steps) -> {
          Instant effective = effectiveTime(command);
          answers.addAll(types(steps));
          requireEqual(yes(id, command, facts(steps), effective), verdict);
          books.apply(new CommandId(id), command, steps, effective);
          commands.accepted(id, command);
          requireTouched(id, command, steps);
        }
      }
    }

    /** AssertJ is asked only where there is something to say: it takes its time. */
    private void requireEqual(Object product, Object reference) {
      if (!product.equals(reference)) {
        assertThat(product).as("after %s", history).isEqualTo(reference);
      }
    }

    private Verdict yes(String id, Command command, List<Fact> facts, Instant effective) {
      return new Verdict.Yes(
          facts,
          command.transaction(new CommandId(id)).map(CommandId::value).orElse(""),
          command instanceof ReverseTransaction(var reversed, _, _) ? reversed.value() : "",
          effective);
    }

    private Instant effectiveTime(Command command) {
      return command instanceof ReverseTransaction(var id, var atOriginalTime, _)
              && atOriginalTime
              && books.transaction(id) instanceof Posted posted
          ? posted.effectiveTime()
          : command.details().effectiveTime().orElse(now);
    }

    private void requireTouched(String id, Command command, List<Step> steps) {
      model.requireSound();
      steps.forEach(step -> requireAgreement(step.account()));
      command.transaction(new CommandId(id)).ifPresent(this::requireAgreement);
      if (command instanceof ReverseTransaction(var reversed, _, _)) {
        requireAgreement(reversed);
      }
    }

    private void requireAgreement() {
      model.accounts().forEach(id -> requireAgreement(AccountId.of(id)));
      model.transactions().forEach(id -> requireAgreement(new CommandId(id)));
    }

    private void requireAgreement(AccountId id) {
      if (!id.isLedger()) {
        requireEqual(view(books.account(id)), model.account(id.value()));
      }
    }

    private void requireAgreement(CommandId id) {
      requireEqual(view(books.transaction(id)), model.transactionView(id.value()));
    }

    private List<Fact> facts(List<Step> steps) {
      var facts = new ArrayList<Fact>();
      for (Step step : steps) {
        facts.add(
            step.account().isLedger()
                ? Fact.of(
                    step.account(), step.event(), books.book().version() + 1, Fact.NO_BALANCES)
                : Fact.of(
                    step.account(), step.event(), step.after().version(), balances(step.after())));
      }
      return facts;
    }

    private Optional<Sight> look(AccountId id) {
      return switch (books.account(id)) {
        case Unopened _ -> Optional.empty();
        case Open open ->
            Optional.of(
                new Sight(
                    open.version(),
                    open.currency(),
                    open.postedMinor(),
                    open.availableMinor(),
                    open.freeze() != Freeze.NONE,
                    false));
        case Closed closed ->
            Optional.of(new Sight(closed.version(), closed.currency(), 0, 0, false, true));
      };
    }
  }

  private static List<String> types(List<Step> steps) {
    return steps.stream().map(step -> step.event().getClass().getSimpleName()).toList();
  }

  private static String balances(Account account) {
    return switch (account) {
      case Unopened _ -> throw new AssertionError("an event that opened nothing");
      case Open open ->
          Fact.balances(
              open.currency(), open.postedMinor(), open.heldMinor(), open.availableMinor());
      case Closed closed ->
          Fact.balances(closed.currency(), 0, 0, closed.limits().overdraftMinor());
    };
  }

  private static Optional<AccountView> view(Account account) {
    return switch (account) {
      case Unopened _ -> Optional.empty();
      case Open open ->
          Optional.of(
              new AccountView(
                  open.version(),
                  open.freeze() == Freeze.NONE ? "ACTIVE" : "FROZEN " + open.freeze(),
                  balances(open)));
      case Closed closed ->
          Optional.of(new AccountView(closed.version(), "CLOSED", balances(closed)));
    };
  }

  private static TransactionView view(Transaction transaction) {
    return new TransactionView(
        transaction.getClass().getSimpleName().toUpperCase(Locale.ROOT),
        transaction.movements().stream().map(LedgerSimulationTest::words).toList(),
        transaction instanceof Posted posted
            ? posted.reversedBy().map(CommandId::value).orElse("")
            : "");
  }

  private static String words(Movement movement) {
    return "%s from %s to %s"
        .formatted(movement.amount(), words(movement.source()), words(movement.destination()));
  }

  private static String words(Optional<AccountId> side) {
    return side.map(AccountId::value).orElse("outside");
  }
}
