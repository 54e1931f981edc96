package chronicle.chaos.audit;

import chronicle.chaos.audit.Report.Incomplete;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A load in a ledger of its own on any deployment, and the check of what came of it:
 *
 * <pre>{@code
 * try (var audit = Audit.start(targets, Plan.of("audit-1", seed))) {
 *   // whatever is to go wrong meanwhile
 *   audit.await();
 *   var report = audit.finish();
 * }
 * }</pre>
 */
public final class Audit implements AutoCloseable {
  private final Targets targets;
  private final Plan plan;
  private final Channels channels;
  private final History history;
  private final Progress progress = new Progress();
  private final Load load;
  private Log log = new Log(List.of(), Optional.empty());

  private Audit(Targets targets, Plan plan) {
    this.targets = targets;
    this.plan = plan;
    channels = new Channels(targets);
    history = new History(plan.callsMax());
    load = new Load(plan, channels, history, progress);
  }

  /**
   * Makes the ledger with its accounts and lets the clients begin; throws {@link LedgerNotMade}
   * where the deployment does not take that.
   */
  public static Audit start(Targets targets, Plan plan) {
    var audit = new Audit(targets, plan);
    try {
      audit.load.prepare();
    } catch (LedgerNotMade e) {
      audit.close();
      throw e;
    }
    audit.load.start();
    return audit;
  }

  /** What has come of the calls so far. */
  public Progress progress() {
    return progress;
  }

  /** The calls so far. */
  public History history() {
    return history;
  }

  /** The log as {@link #finish} read it; empty before. */
  public Log log() {
    return log;
  }

  /** Waits until the plan's time or calls are used up. */
  public void await() throws InterruptedException {
    load.await();
  }

  /**
   * Ends the load if it still runs, asks again for what is unknown, reads the read model and the
   * log, and checks everything. What can't be read within the plan's time to settle is reported as
   * incomplete.
   */
  public Report finish() throws InterruptedException {
    load.stop();
    long until = System.nanoTime() + plan.settle().toNanos();
    load.resolve(new Random(plan.seed()), until);
    var incomplete = new ArrayList<Incomplete>();
    if (load.unresolved() > 0) {
      incomplete.add(
          new Incomplete(
              Rule.UNKNOWN, load.unresolved() + " commands were still of unknown outcome."));
    }
    var reader = new Reader(targets, plan, channels, history, load.accounts(), until);
    log = reader.read(incomplete);
    return Checker.check(history.calls(), log, incomplete);
  }

  /** Ends the load, and closes all connections. */
  @Override
  public void close() {
    try {
      load.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channels.close();
    }
  }
}
