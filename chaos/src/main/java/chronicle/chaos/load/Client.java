package chronicle.chaos.load;

import chronicle.chaos.load.Scenario.Variant;
import io.grpc.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One lane with all that makes its calls. */
final class Client implements AutoCloseable {
  private final Lane lane = new Lane();
  private final Servers servers;
  private final Tally tally;
  private final Teller teller;
  private final Reader reader;

  /** A client of that number; where there is no query service, reads go to the ledger in vain. */
  Client(Servers servers, Accounts accounts, Zipf zipf, int number) {
    this.servers = servers;
    this.tally = new Tally(accounts.size() + 1);
    var channel = lane.to(servers.ledgerTarget());
    this.teller = new Teller(channel, servers.ledger(), accounts, zipf, tally, number);
    this.reader =
        new Reader(
            servers.queryTarget().map(lane::to).orElse(channel),
            servers.ledger(),
            accounts,
            number);
  }

  /** The connection to the ledger. */
  Channel channel() {
    return lane.to(servers.ledgerTarget());
  }

  Lane lane() {
    return lane;
  }

  Tally tally() {
    return tally;
  }

  Teller teller() {
    return teller;
  }

  Reader reader() {
    return reader;
  }

  CompletableFuture<Loop> run(Variant variant, Pacing pacing, long endNanos) {
    return lane.run(variant.caller(this), pacing, endNanos);
  }

  /** Question after question. */
  Caller ask(Supplier<Question<?, ?>> questions) {
    return new UnaryCalls(questions, tally);
  }

  /** Command after command through one stream. */
  Caller stream(Supplier<Command> commands) {
    return new CommandStream(lane.to(servers.ledgerTarget()), commands, tally);
  }

  /** Deposits until they are seen by readers. */
  Caller depositUntilVisible() {
    return new VisibleDeposits(
        () -> teller.deposit(teller.any()),
        lane.to(servers.queryTarget().orElseThrow()),
        servers.ledger(),
        tally);
  }

  @Override
  public void close() {
    lane.close();
  }
}
