package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.runtime.Backoff;
import chronicle.runtime.NatsLink;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps one ledger's projection going on a thread of its own, through everything but an event that
 * must not be projected.
 */
final class Follower implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Follower.class);
  private static final Duration PAUSE_POLL = Duration.ofMillis(50);
  private static final Duration STAND_BY_POLL = Duration.ofMillis(250);
  private static final Backoff DATABASE_BACKOFF =
      new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  private final String ledger;
  private final Sources sources;
  private final Meters meters;
  private final AtomicReference<Progress> progress =
      new AtomicReference<>(Progress.begin(Instant.now()));
  private volatile String incarnation;
  private volatile boolean databaseAnswers = true;
  private volatile boolean finishing;
  private volatile boolean paused;
  private volatile boolean standingBy;
  private volatile Optional<Checkpoint> shown = Optional.empty();
  private volatile int serving;
  private volatile EventFeed.Source source = EventFeed.Source.NONE;

  /**
   * What a follower reads from and writes to.
   *
   * @param foldVersion of the rows that it writes, see {@link Fold#VERSION}
   */
  record Sources(Sessions sessions, NatsLink nats, LogReader logReader, int foldVersion) {}

  /** Follows a ledger that is of this incarnation, as far as is known. */
  Follower(String ledger, String incarnation, Sources sources, Meters meters) {
    this.ledger = ledger;
    this.incarnation = incarnation;
    this.sources = sources;
    this.meters = meters;
  }

  /** Takes note of what the ledger service says about the ledger. */
  void hear(String incarnation, long head, Instant now) {
    this.incarnation = incarnation;
    progress.updateAndGet(known -> known.withHead(head, now));
  }

  String ledger() {
    return ledger;
  }

  Progress progress() {
    return progress.get();
  }

  EventFeed.Source source() {
    return source;
  }

  /**
   * Takes note of whether the checkpoint is paused; that it does not move then is the checkpoint's
   * own doing.
   */
  void pause(boolean paused) {
    this.paused = paused;
  }

  boolean paused() {
    return paused;
  }

  /** Whether a projector of another version writes the rows that are read. */
  boolean standingBy() {
    return standingBy;
  }

  /** Takes note of which generation is read by now. */
  void hear(Generation generation) {
    serving = generation.number();
  }

  /** Where the projection stood last; empty before it began. */
  Optional<Checkpoint> checkpoint() {
    return shown;
  }

  /** Ends the projection after the batch that is under way. */
  void finish() {
    finishing = true;
  }

  /** Whether the last transaction got through to the read model. */
  boolean databaseAnswers() {
    return databaseAnswers;
  }

  /** Projects until it is to finish, the thread is interrupted, or the projection stops. */
  @Override
  public void run() {
    for (var failures = 0; !finishing; failures++) {
      var position = progress.get().position();
      try {
        follow();
      } catch (InterruptedException e) {
        return;
      } catch (SQLException e) {
        if (contradicts(e)) {
          stop(
              e,
              "position %d or after: %s".formatted(progress.get().position() + 1, e.getMessage()));
          return;
        }
        failures = progress.get().position() == position ? failures : 0;
        if (!waited(e, failures)) {
          return;
        }
      } catch (Unprojectable | WrongIncarnation e) {
        stop(e, String.valueOf(e.getMessage()));
        return;
      } catch (RuntimeException e) {
        stop(e, "position %d or after: %s".formatted(progress.get().position() + 1, e));
        return;
      }
    }
  }

  private void follow() throws SQLException, InterruptedException {
    var projection = Projection.open(sources.sessions, ledger, incarnation, sources.foldVersion);
    databaseAnswers = true;
    var from = projection.checkpoint();
    show(from);
    serving = from.generation().number();
    standingBy = from.generation().foldVersion() != sources.foldVersion;
    if (standingBy) {
      standBy(from.generation());
      return;
    }
    try (var feed =
        new EventFeed(
            from,
            new StreamReader(sources.nats, from),
            sources.logReader,
            () -> progress.get().head())) {
      while (!finishing && serves(projection)) {
        if (paused) {
          Thread.sleep(PAUSE_POLL);
          continue;
        }
        checkIncarnation(projection.checkpoint());
        var events = feed.take(projection.checkpoint().position());
        source = feed.source();
        heed(feed.unreadable());
        if (!events.isEmpty()) {
          checkIncarnation(projection.checkpoint());
          project(projection, events);
        }
      }
    }
  }

  /** Whether what this projection writes is read, as far as it has heard. */
  private boolean serves(Projection projection) {
    var generation = projection.checkpoint().generation();
    return generation.number() == serving && generation.foldVersion() == sources.foldVersion;
  }

  /**
   * Waits a moment for rows of this version to be read, and has them made where those that are read
   * are older.
   */
  private void standBy(Generation generation) throws SQLException, InterruptedException {
    if (generation.foldVersion() < sources.foldVersion) {
      try (var session = sources.sessions.open()) {
        Rebuilds.beginNewer(session, ledger, sources.foldVersion);
        session.commit();
      }
    }
    Thread.sleep(STAND_BY_POLL);
  }

  private void checkIncarnation(Checkpoint checkpoint) {
    var heard = incarnation;
    if (!heard.equals(checkpoint.incarnation())) {
      throw new WrongIncarnation(checkpoint, "the ledger", heard);
    }
  }

  private void project(Projection projection, List<Event> events) throws SQLException {
    progress.updateAndGet(
        known -> known.withHead(events.getLast().getPosition(), known.headTime()));
    try {
      apply(projection, events);
    } catch (Unprojectable e) {
      // What stands before it is sound, and is shown before the projection stops.
      var sound = commandsBefore(events, e.position());
      if (!sound.isEmpty()) {
        apply(Projection.at(sources.sessions, projection.checkpoint()), sound);
      }
      throw e;
    }
  }

  private void apply(Projection projection, List<Event> events) throws SQLException {
    try (var _ = meters.spans(events)) {
      if (projection.apply(events)) {
        meters.projected(ledger, events.size());
      }
      show(projection.checkpoint());
    }
    serving = projection.checkpoint().generation().number();
  }

  private void show(Checkpoint checkpoint) {
    shown = Optional.of(checkpoint);
    if (checkpoint.position() > 0) {
      progress.updateAndGet(known ->
          known.withPosition(checkpoint.position(), checkpoint.recordTime(), Instant.now()));
    }
  }

  private static List<Event> commandsBefore(List<Event> events, long position) {
    var end = (int) (position - events.getFirst().getPosition());
    while (end > 0
        && events.get(end - 1).getTransactionIndex()
            != events.get(end - 1).getTransactionSize() - 1) {
      end--;
    }
    return events.subList(0, end);
  }

  /** Whether the database answered that the rows break its rules, which no repeat can mend. */
  static boolean contradicts(SQLException thrown) {
    var state = thrown.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private boolean waited(SQLException thrown, int failures) {
    databaseAnswers = false;
    log.atWarn()
        .setMessage("Read model does not answer")
        .addKeyValue("ledger", ledger)
        .addKeyValue("state", thrown.getSQLState())
        .addKeyValue("cause", String.valueOf(thrown.getMessage()).lines().findFirst().orElse(""))
        .log();
    try {
      Thread.sleep(DATABASE_BACKOFF.delay(failures, RandomGenerator.getDefault()));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void stop(Exception thrown, String error) {
    progress.updateAndGet(known -> known.withError(error));
    log.atError()
        .setMessage("Projection stopped")
        .addKeyValue("ledger", ledger)
        .addKeyValue("reason", error)
        .setCause(thrown)
        .log();
  }

  /** Stops before an event that can't be read; goes on by itself where the error is empty again. */
  private void heed(String error) {
    if (error.equals(progress.get().error())) {
      return;
    }
    progress.updateAndGet(known -> known.withError(error));
    log.atLevel(error.isEmpty() ? Level.INFO : Level.ERROR)
        .setMessage(error.isEmpty() ? "Projection goes on" : "Projection stopped")
        .addKeyValue("ledger", ledger)
        .addKeyValue("position", progress.get().position())
        .addKeyValue("reason", error)
        .log();
  }
}
