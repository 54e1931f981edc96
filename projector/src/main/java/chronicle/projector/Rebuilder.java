package chronicle.projector;

import chronicle.runtime.Backoff;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees rebuilds through, one at a time, those that another projector left too, and deletes what
 * nobody reads any more. Of several projectors one makes a generation; the others wait for its
 * lock.
 */
final class Rebuilder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Rebuilder.class);
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
  private static final Duration CLEAR_INTERVAL = Duration.ofSeconds(1);
  private static final Duration STOP_MAX = Duration.ofSeconds(10);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));

  // The first number tells these locks from any others in the database.
  private static final String LOCK = "SELECT pg_try_advisory_lock(1128813135, ?)";
  private static final String UNLOCK = "SELECT pg_advisory_unlock(1128813135, ?)";

  private final Follower.Sources sources;
  private final Map<String, Rebuild> latest = new ConcurrentHashMap<>();
  private final Thread watch = Thread.ofVirtual().name("watch-rebuilds").unstarted(this::watch);
  private final Thread work = Thread.ofVirtual().name("rebuild").unstarted(this::work);
  private final Thread clear = Thread.ofVirtual().name("clear-generations").unstarted(this::clear);
  private volatile boolean stopping;

  Rebuilder(Follower.Sources sources) {
    this.sources = sources;
  }

  void start() {
    watch.start();
    work.start();
    clear.start();
  }

  /** The last rebuild of a ledger, as of a moment ago. */
  Optional<Rebuild> latest(String ledger) {
    return Optional.ofNullable(latest.get(ledger));
  }

  Collection<Rebuild> latest() {
    return latest.values();
  }

  /** Begins a rebuild of a ledger, unless one is under way. */
  void begin(String ledger) throws SQLException {
    try (var session = sources.sessions().open()) {
      Rebuilds.begin(session, ledger, sources.foldVersion());
      session.commit();
    }
    look();
  }

  /** Gives the rebuild of a ledger up, if one is under way. */
  void cancel(String ledger) throws SQLException {
    try (var session = sources.sessions().open()) {
      Rebuilds.cancel(session, ledger);
      session.commit();
    }
    look();
  }

  private void look() throws SQLException {
    try (var session = sources.sessions().open()) {
      for (var rebuild : Rebuilds.latest(session)) {
        latest.put(rebuild.ledger(), rebuild);
      }
    }
  }

  private void watch() {
    try {
      while (!stopping) {
        try {
          look();
        } catch (SQLException e) {
          // The followers tell of a read model that does not answer.
        }
        Thread.sleep(LOOK_INTERVAL);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private void work() {
    try {
      for (var failures = 0; !stopping; failures++) {
        if (workedThrough()) {
          failures = 0;
        }
        Thread.sleep(BACKOFF.delay(failures, RandomGenerator.getDefault()));
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  /** Whether all was done that there is to do, and that this process may do. */
  private boolean workedThrough() throws InterruptedException {
    var through = true;
    for (var rebuild : latest()) {
      if (rebuild.isOpen() && rebuild.foldVersion() == sources.foldVersion() && !stopping) {
        through &= attempted(rebuild);
      }
    }
    return through;
  }

  /** A rebuild does not wait for what is left of others. */
  private void clear() {
    try {
      while (!stopping) {
        try {
          Garbage.clear(sources.sessions());
        } catch (SQLException e) {
          // As above; it is found again.
        }
        Thread.sleep(CLEAR_INTERVAL);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private boolean attempted(Rebuild rebuild) throws InterruptedException {
    try {
      return rebuilt(rebuild);
    } catch (SQLException | StatusRuntimeException e) {
      log.atWarn()
          .setMessage("Rebuild waits")
          .addKeyValue("ledger", rebuild.ledger())
          .addKeyValue("cause", String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
          .log();
      return false;
    } catch (RuntimeException e) {
      log.atError()
          .setMessage("Rebuild failed")
          .addKeyValue("ledger", rebuild.ledger())
          .setCause(e)
          .log();
      return false;
    }
  }

  private boolean rebuilt(Rebuild rebuild) throws SQLException, InterruptedException {
    try (var session = sources.sessions().open()) {
      if (!locked(session, LOCK, rebuild.generation())) {
        return true;
      }
      try {
        var from = Checkpoints.inTheMaking(session, rebuild.ledger());
        session.commit();
        return from.isEmpty() || new Rebuilding(sources, from.get(), () -> stopping).run();
      } finally {
        locked(session, UNLOCK, rebuild.generation());
      }
    }
  }

  private static boolean locked(Connection session, String sql, int generation)
      throws SQLException {
    try (var statement = session.prepareStatement(sql)) {
      statement.setInt(1, generation);
      try (var row = statement.executeQuery()) {
        row.next();
        var answer = row.getBoolean(1);
        session.commit();
        return answer;
      }
    }
  }

  /**
   * Stops after the batch that is under way; the rebuild goes on when a projector is there again.
   */
  @Override
  public void close() {
    stopping = true;
    try {
      watch.interrupt();
      clear.interrupt();
      if (!work.join(STOP_MAX)) {
        work.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
