package chronicle.ledger.log;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.mesh.TestDatabase;
import chronicle.runtime.Database;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.Failure;
import chronicle.runtime.Telemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** A log in a database of its own, and as many ledger processes on it as a test starts. */
public final class LogFixture implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 4;
  private static final String COMMAND_IDS =
      "SELECT command_id FROM commands WHERE ledger_id = 'main'";

  private final TestDatabase testDatabase = TestDatabase.forEventStore();
  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0);
  private final Database database =
      Database.open(DatabaseSettings.of("test", testDatabase.jdbcUrl(), CONNECTIONS), telemetry);
  private final List<Ledgers> processes = new ArrayList<>();

  public LogFixture() throws InterruptedException {
    database.migrate("classpath:db/eventstore");
  }

  public EventStore store() {
    return new SqlEventStore(database);
  }

  public String jdbcUrl() {
    return testDatabase.jdbcUrl();
  }

  boolean isOnCockroach() {
    return testDatabase.isCockroach();
  }

  /** Every command of `main` that was recorded. */
  List<RecordedCommand> commands() {
    var ids = new ArrayList<CommandId>();
    try (var connection = database.connection();
        var statement = connection.prepareStatement(COMMAND_IDS);
        var rows = statement.executeQuery()) {
      while (rows.next()) {
        ids.add(new CommandId(rows.getString(1)));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    try (var transaction = store().look(LedgerId.MAIN)) {
      return List.copyOf(transaction.commands(ids).values());
    }
  }

  public Ledgers ledgers(EventStore store) throws InterruptedException {
    return ledgers(store, SequencerSettings.DEFAULT);
  }

  /** What one ledger process has; it is closed with the fixture, if not before. */
  public Ledgers ledgers(EventStore store, SequencerSettings settings) throws InterruptedException {
    var metrics = new SequencerMetrics(MeterProvider.noop().get("test"));
    var ledgers =
        new Ledgers(store, ledger -> new Sequencer(ledger, store, settings, metrics, _ -> {}));
    processes.add(ledgers);
    ledgers.open();
    return ledgers;
  }

  public static long soon() {
    return System.nanoTime() + DEADLINE.toNanos();
  }

  public static Outcome execute(Ledgers ledgers, Request request) {
    return ledgers.await(LedgerId.MAIN, new Work.Execute(request), soon());
  }

  /** Executes a command that must be accepted, and returns its events. */
  public static List<RecordedEvent> given(Ledgers ledgers, Command command) {
    return ((Outcome.Executed) execute(ledgers, request(command))).events();
  }

  /** What an account's book balance is now, in minor units. */
  public static long posted(Ledgers ledgers, String account) {
    var outcome = ledgers.await(LedgerId.MAIN, new Work.Inspect(AccountId.of(account)), soon());
    return ((Account.Open) ((Outcome.Inspected) outcome).account().state()).postedMinor();
  }

  /** Why it failed, which it must have. */
  public static ErrorReason reason(Outcome outcome) {
    return ((Failure) ((Outcome.Failed) outcome).cause()).reason();
  }

  public static CompletableFuture<Outcome> submit(Ledgers ledgers, Request request) {
    var outcome = new CompletableFuture<Outcome>();
    ledgers.submit(LedgerId.MAIN, new Work.Execute(request), soon(), outcome::complete);
    return outcome;
  }

  public static Request request(Command command) {
    return request(UUID.randomUUID().toString(), command);
  }

  public static Request request(String id, Command command) {
    return new Request(CommandId.of(id), "anonymous", "", false, command);
  }

  public static Command open(String account) {
    return new Command.CreateAccount(AccountId.of(account), "USD", Limits.NONE, Details.NONE);
  }

  public static Command deposit(String account, long minor) {
    return new Command.Deposit(AccountId.of(account), new Money("USD", minor), Details.NONE);
  }

  public static Command withdraw(String account, long minor) {
    return new Command.Withdraw(AccountId.of(account), new Money("USD", minor), Details.NONE);
  }

  public static Command transfer(String source, String destination, long minor) {
    return new Command.Transfer(
        AccountId.of(source), AccountId.of(destination), new Money("USD", minor), Details.NONE);
  }

  @Override
  public void close() {
    processes.forEach(Ledgers::close);
    database.close();
    telemetry.close();
    testDatabase.close();
  }
}
