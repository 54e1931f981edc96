package chronicle.projector;

import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all ledgers: those that the read model knows, and those that the ledger service lists
 * every second.
 */
final class Projector implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Projector.class);
  private static final Duration LIST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);

  private final Follower.Sources sources;
  private final Meters meters;
  private final Rebuilder rebuilder;
  private final Patience patience;
  private final Map<String, Followed> followed = new ConcurrentHashMap<>();
  private final Semaphore verifying = new Semaphore(1);
  private final Thread lister = Thread.ofVirtual().name("list-ledgers").unstarted(this::list);
  private volatile boolean modelListed;
  private boolean ledgerAnswers = true;

  private record Followed(Follower follower, Thread thread) {}

  /**
   * How far behind a projection may be, and how long it may stand still while it is; where both are
   * exceeded, the process is not healthy.
   */
  record Patience(Duration lagMax, Duration standstillMax) {
    static final Patience DEFAULT = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30));
  }

  Projector(Follower.Sources sources, Meters meters, Patience patience) {
    this.sources = sources;
    this.rebuilder = new Rebuilder(sources);
    this.meters = meters;
    this.patience = patience;
  }

  /** Starts to follow, whether or not NATS and ledger service are up. */
  void start() {
    meters.observe(this::followers, rebuilder::latest);
    lister.start();
    rebuilder.start();
  }

  Optional<Follower> follower(String ledger) {
    return Optional.ofNullable(followed.get(ledger)).map(Followed::follower);
  }

  Collection<Follower> followers() {
    return followed.values().stream().map(Followed::follower).toList();
  }

  /**
   * Whether every ledger's projection runs or is paused, none stands still too long while it is too
   * far behind, and the read model answers: the health of the whole process, since one stopped
   * ledger needs an operator; which one it is, GetProjection and {@code
   * chronicle_projection_stopped} tell.
   */
  boolean healthy() {
    var now = Instant.now();
    return modelListed && followers().stream().allMatch(follower -> healthy(follower, now));
  }

  private boolean healthy(Follower follower, Instant now) {
    var progress = follower.progress();
    var stalled =
        !follower.paused()
            && !follower.standingBy()
            && progress.stalled(now, patience.lagMax(), patience.standstillMax());
    return follower.databaseAnswers() && !progress.stopped() && !stalled;
  }

  /**
   * Lets a ledger's projection stand still, or go on, in all projectors; false for no such ledger.
   */
  boolean pause(String ledger, boolean paused) throws SQLException {
    try (var session = sources.sessions().open()) {
      var known = Checkpoints.pause(session, ledger, paused);
      session.commit();
      follower(ledger).ifPresent(follower -> follower.pause(paused));
      return known;
    }
  }

  /** Sees to rebuilds. */
  Rebuilder rebuilder() {
    return rebuilder;
  }

  /**
   * Holds the rows that are read of a ledger against its log; one verification waits for another,
   * for each keeps a session for long.
   */
  Verification verify(String ledger, Verifier.Progress progress, BooleanSupplier cancelled)
      throws SQLException, InterruptedException {
    verifying.acquire();
    try {
      return Verifier.verify(
          sources.sessions(),
          sources.logReader().channel(),
          session -> Checkpoints.serving(session, ledger),
          progress,
          cancelled);
    } finally {
      verifying.release();
    }
  }

  private void list() {
    try {
      while (true) {
        listModel();
        listCheckpoints();
        listLedgers();
        Thread.sleep(LIST_INTERVAL);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Ledgers known from before go on while the ledger service is down. */
  private void listModel() {
    if (modelListed) {
      return;
    }
    try (var session = sources.sessions().open()) {
      for (var checkpoint : Checkpoints.list(session)) {
        follow(checkpoint.ledger(), checkpoint.incarnation());
      }
      modelListed = true;
    } catch (SQLException e) {
      log.atWarn()
          .setMessage("Read model does not answer")
          .addKeyValue("state", e.getSQLState())
          .log();
    }
  }

  /** What was said to another projector, and what another one did. */
  private void listCheckpoints() {
    try (var session = sources.sessions().open()) {
      var paused = Checkpoints.paused(session);
      followers().forEach(follower -> follower.pause(paused.contains(follower.ledger())));
      for (var checkpoint : Checkpoints.list(session)) {
        follower(checkpoint.ledger()).ifPresent(it -> it.hear(checkpoint.generation()));
      }
    } catch (SQLException e) {
      // The checkpoint itself does not move while it is paused; the followers tell of the rest.
    }
  }

  private void listLedgers() {
    try {
      for (var ledger : sources.logReader().ledgers()) {
        follow(ledger.getLedger(), ledger.getIncarnation())
            .hear(ledger.getIncarnation(), ledger.getPosition(), Instant.now());
      }
      ledgerAnswers = true;
    } catch (StatusRuntimeException e) {
      if (ledgerAnswers) {
        log.atWarn()
            .setMessage("Ledger service does not answer")
            .addKeyValue("status", e.getStatus())
            .log();
      }
      ledgerAnswers = false;
    }
  }

  private Follower follow(String ledger, String incarnation) {
    return followed.computeIfAbsent(ledger, _ -> begin(ledger, incarnation)).follower();
  }

  private Followed begin(String ledger, String incarnation) {
    var follower = new Follower(ledger, incarnation, sources, meters);
    return new Followed(follower, Thread.ofVirtual().name("follow-" + ledger).start(follower));
  }

  /** Stops after the batches that are under way; what takes too long is rolled back. */
  @Override
  public void close() {
    rebuilder.close();
    try {
      lister.interrupt();
      lister.join(STOP_MAX);
      var threads = List.copyOf(followed.values());
      threads.forEach(f -> f.follower().finish());
      for (var f : threads) {
        if (!f.thread().join(STOP_MAX)) {
          f.thread().interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
