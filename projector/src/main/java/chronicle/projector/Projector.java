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
  private final Map<String, Followed> followed = new ConcurrentHashMap<>();
  private final Thread lister = Thread.ofVirtual().name("list-ledgers").unstarted(this::list);
  private volatile boolean modelListed;
  private boolean ledgerAnswers = true;

  private record Followed(Follower follower, Thread thread) {}

  Projector(Follower.Sources sources, Meters meters) {
    this.sources = sources;
    this.meters = meters;
  }

  /** Starts to follow, whether or not NATS and ledger service are up. */
  void start() {
    meters.observe(this::followers);
    lister.start();
  }

  Optional<Follower> follower(String ledger) {
    return Optional.ofNullable(followed.get(ledger)).map(Followed::follower);
  }

  Collection<Follower> followers() {
    return followed.values().stream().map(Followed::follower).toList();
  }

  /**
   * Whether every ledger's projection runs and the read model answers: the health of the whole
   * process, since one stopped ledger needs an operator; which one it is, GetProjection and {@code
   * chronicle_projection_stopped} tell.
   */
  boolean healthy() {
    return modelListed
        && followers().stream()
            .allMatch(follower -> follower.databaseAnswers() && !follower.progress().stopped());
  }

  private void list() {
    try {
      while (true) {
        listModel();
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
