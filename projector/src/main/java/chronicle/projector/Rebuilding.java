package chronicle.projector;

import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one generation of a ledger's rows beside the one that is read, holds it against the log,
 * and lets it take the other's place: never one that differs, and never one that is behind. It goes
 * on from wherever the generation stands, so it may end anywhere.
 */
final class Rebuilding {
  private static final Logger log = LoggerFactory.getLogger(Rebuilding.class);
  private static final int BATCH_EVENTS = 4_096;
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
  private static final Duration SILENCE_WHILE_LOCKED_MAX = Duration.ofSeconds(3);

  /** Who reads sees nothing new while so many are applied, which takes about a second. */
  private static final long BEHIND_WHILE_LOCKED_MAX = 8_192;

  private static final String SWAP = "SET LOCAL idle_in_transaction_session_timeout = '30s'";

  private final Follower.Sources sources;
  private final BooleanSupplier stopping;
  private Projection projection;

  Rebuilding(Follower.Sources sources, Checkpoint from, BooleanSupplier stopping) {
    this.sources = sources;
    this.stopping = stopping;
    this.projection = Projection.at(sources.sessions(), from);
  }

  /**
   * Does all that is left to do, and returns whether it is over: done, refused or given up. It is
   * not where the read model or the ledger failed: then it is to be tried again. Throws
   * StatusRuntimeException and SQLException where one of them does not answer.
   */
  boolean run() throws SQLException, InterruptedException {
    try {
      if (!applied(0, SILENCE_MAX)) {
        return false;
      }
      var verification = verification();
      return switch (verification.verdict()) {
        case EQUAL -> sealed(verification.stored()) && swapped();
        case DIFFERENT -> refused(verification.difference().orElseThrow().toString());
        case INCOMPLETE -> postponed(verification.incomplete());
      };
    } catch (Abandoned e) {
      return true;
    } catch (Unprojectable e) {
      return refused(String.valueOf(e.getMessage()));
    } catch (IllegalStateException e) {
      return refused(
          "position %d or after: %s".formatted(projection.checkpoint().position() + 1, e));
    } catch (SQLException e) {
      if (Follower.contradicts(e)) {
        return refused(
            "position %d or after: %s"
                .formatted(projection.checkpoint().position() + 1, e.getMessage()));
      }
      throw e;
    }
  }

  private Generation generation() {
    return projection.checkpoint().generation();
  }

  /**
   * Applies the log up to a position, or up to its head where that is 0; false where it is to stop
   * before, or another projector went ahead, after this one had lost the lock.
   */
  private boolean applied(long to, Duration silenceMax) throws SQLException, InterruptedException {
    var from = projection.checkpoint().position() + 1;
    var writer = new OneBehind(projection);
    var reached = false;
    var alone = false;
    try (var stream =
        new LogStream(
            sources.logReader().channel(), generation().ledger(), from, to, BATCH_EVENTS)) {
      var events = stream.next(silenceMax);
      while (!events.isEmpty() && !stopping.getAsBoolean() && writer.apply(events)) {
        events = stream.next(silenceMax);
      }
      reached = events.isEmpty();
    } finally {
      alone = writer.finish();
    }
    return reached && alone;
  }

  /** Stores the last rows while the ledger folds its log already, and compares. */
  private Verification verification() throws SQLException, InterruptedException {
    var ledger = sources.logReader().channel();
    var position = projection.checkpoint().position();
    try (var fold = new LogFold(ledger, generation().ledger(), position)) {
      var begun = Tasks.start("follow-fold", () -> fold.follow((_, _) -> {}, stopping));
      if (!generation().isWhole()) {
        storeAccounts();
      }
      return Verifier.verify(
          sources.sessions(),
          ledger,
          this::inTheMaking,
          (_, _, _) -> {},
          stopping,
          Optional.of(begun));
    }
  }

  private void storeAccounts() throws SQLException {
    try (var session = sources.sessions().openLong(BuiltAccounts.SETTINGS)) {
      BuiltAccounts.store(session, generation());
      if (!Rebuilds.verify(session, projection.checkpoint())) {
        throw new Abandoned(generation());
      }
      projection = Projection.at(sources.sessions(), inTheMaking(session));
      session.commit();
    }
  }

  private Checkpoint inTheMaking(Connection session) throws SQLException {
    return Checkpoints.inTheMaking(session, generation().ledger())
        .filter(found -> found.generation().number() == generation().number())
        .orElseThrow(() -> new Abandoned(generation()));
  }

  private boolean postponed(String reason) {
    log.atWarn()
        .setMessage("Rebuild can't be verified yet")
        .addKeyValue("ledger", generation().ledger())
        .addKeyValue("reason", reason)
        .log();
    return false;
  }

  /** Gives it the digest of its rows; false where another projector went ahead. */
  private boolean sealed(Digest digest) throws SQLException {
    var verified = projection.checkpoint().with(digest);
    try (var session = sources.sessions().open()) {
      var sealed = Checkpoints.seal(session, verified);
      session.commit();
      projection = Projection.at(sources.sessions(), verified);
      return sealed;
    }
  }

  private boolean swapped() throws SQLException, InterruptedException {
    while (applied(0, SILENCE_MAX)) {
      if (behind() <= BEHIND_WHILE_LOCKED_MAX) {
        return swap();
      }
    }
    return false;
  }

  /** How many events are read that the new generation does not have. */
  private long behind() throws SQLException {
    try (var session = sources.sessions().open()) {
      return Checkpoints.serving(session, generation().ledger()).position()
          - projection.checkpoint().position();
    }
  }

  /**
   * While nobody can move the checkpoint that is read, the new generation takes what is missing to
   * it, which is little by now; false where another projector went ahead.
   */
  private boolean swap() throws SQLException, InterruptedException {
    try (var session = sources.sessions().open(SWAP)) {
      var read = Rebuilds.lockServing(session, generation().ledger());
      if (projection.checkpoint().position() < read && !applied(read, SILENCE_WHILE_LOCKED_MAX)) {
        return false;
      }
      if (!Rebuilds.serve(session, projection.checkpoint())) {
        return false;
      }
      session.commit();
      log.atInfo()
          .setMessage("Rebuild took the place of what was read")
          .addKeyValue("ledger", generation().ledger())
          .addKeyValue("generation", generation().number())
          .log();
      return true;
    }
  }

  private boolean refused(String error) throws SQLException {
    log.atError()
        .setMessage("Rebuild refused")
        .addKeyValue("ledger", generation().ledger())
        .addKeyValue("generation", generation().number())
        .addKeyValue("reason", error)
        .log();
    try (var session = sources.sessions().open()) {
      Rebuilds.refuse(session, generation(), error);
      session.commit();
    }
    return true;
  }
}
