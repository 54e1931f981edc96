package chronicle.projector;

import chronicle.projection.v1.Difference;
import chronicle.projection.v1.Projection.State;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;

/** The contract's messages, of what this process knows. */
final class Answers {
  private Answers() {}

  private static State state(Follower follower) {
    if (follower.progress().stopped()) {
      return State.STOPPED;
    }
    if (follower.standingBy()) {
      return State.STANDING_BY;
    }
    return follower.paused() ? State.PAUSED : State.RUNNING;
  }

  /** How far a ledger's projection has come, and what has become of its last rebuild. */
  static chronicle.projection.v1.Projection projection(
      Follower follower, Optional<Rebuild> latest, Instant now) {
    var progress = follower.progress();
    var lag = progress.lag(now);
    var answer =
        chronicle.projection.v1.Projection.newBuilder()
            .setLedger(follower.ledger())
            .setState(state(follower))
            .setPosition(progress.position())
            .setHeadPosition(progress.head())
            .setLag(Duration.newBuilder().setSeconds(lag.getSeconds()).setNanos(lag.getNano()))
            .setError(progress.error());
    if (progress.position() > 0) {
      answer.setRecordTime(timestamp(progress.recordTime()));
    }
    follower
        .checkpoint()
        .ifPresent(checkpoint ->
            answer
                .setGeneration(checkpoint.generation().number())
                .setDigest(checkpoint.digest().toString()));
    latest.ifPresent(rebuild -> answer.setRebuild(rebuild(rebuild)));
    return answer.build();
  }

  private static chronicle.projection.v1.Rebuild.Builder rebuild(Rebuild rebuild) {
    var answer =
        chronicle.projection.v1.Rebuild.newBuilder()
            .setGeneration(rebuild.generation())
            .setState(
                switch (rebuild.state()) {
                  case BUILDING -> chronicle.projection.v1.Rebuild.State.BUILDING;
                  case VERIFYING -> chronicle.projection.v1.Rebuild.State.VERIFYING;
                  case DONE -> chronicle.projection.v1.Rebuild.State.DONE;
                  case REFUSED -> chronicle.projection.v1.Rebuild.State.REFUSED;
                  case CANCELLED -> chronicle.projection.v1.Rebuild.State.CANCELLED;
                })
            .setPosition(rebuild.position())
            .setBeginTime(timestamp(rebuild.beginTime()))
            .setError(rebuild.error());
    rebuild.endTime().ifPresent(time -> answer.setEndTime(timestamp(time)));
    return answer;
  }

  /** What holding a generation against its log has found. */
  static chronicle.projection.v1.Verification verification(Verification verification) {
    var answer =
        chronicle.projection.v1.Verification.newBuilder()
            .setLedger(verification.generation().ledger())
            .setPosition(verification.position())
            .setVerdict(
                switch (verification.verdict()) {
                  case EQUAL -> chronicle.projection.v1.Verification.Verdict.EQUAL;
                  case DIFFERENT -> chronicle.projection.v1.Verification.Verdict.DIFFERENT;
                  case INCOMPLETE -> chronicle.projection.v1.Verification.Verdict.INCOMPLETE;
                })
            .setRowDigest(verification.stored().toString())
            .setCheckpointDigest(verification.kept().toString())
            .setAccounts(verification.accounts())
            .setAccountsDifferent(verification.different())
            .setReason(verification.incomplete());
    verification.log().ifPresent(digest -> answer.setLogDigest(digest.toString()));
    verification
        .difference()
        .ifPresent(found ->
            answer.setFirstDifference(
                Difference.newBuilder()
                    .setAccount(found.account())
                    .setTable(found.table())
                    .setDetail(found.detail())));
    return answer.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
