package chronicle.query;

import chronicle.query.v1.DownloadStatementRequest;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.StatementHeader.Axis;
import chronicle.runtime.Failure;
import com.google.protobuf.Duration;
import java.time.Instant;

/** What both ways to ask for a statement have in common. */
record StatementRequest(
    String ledger,
    String account,
    Instant start,
    Instant end,
    Axis axis,
    AsOf asOf,
    long minPosition,
    boolean hasMaxWait,
    Duration maxWait) {
  StatementRequest {
    if (!start.isBefore(end)) {
      throw Failure.invalid("end_time", "must be after start_time");
    }
  }

  static StatementRequest of(String ledger, GenerateStatementRequest request) {
    return new StatementRequest(
        ledger,
        request.getAccount(),
        Times.parse("start_time", request.getStartTime()),
        Times.parse("end_time", request.getEndTime()),
        axis(request.getAxis()),
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition()),
        request.getMinPosition(),
        request.hasMaxWait(),
        request.getMaxWait());
  }

  static StatementRequest of(String ledger, DownloadStatementRequest request) {
    return new StatementRequest(
        ledger,
        request.getAccount(),
        Times.parse("start_time", request.getStartTime()),
        Times.parse("end_time", request.getEndTime()),
        axis(request.getAxis()),
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition()),
        request.getMinPosition(),
        request.hasMaxWait(),
        request.getMaxWait());
  }

  /** A wait that begins now. */
  Wait newWait() {
    return Wait.of(minPosition, hasMaxWait, maxWait);
  }

  StatementScope at(Moment moment) {
    return new StatementScope(ledger, account, start, end, axis, moment);
  }

  private static Axis axis(Axis asked) {
    return switch (asked) {
      case AXIS_UNSPECIFIED, RECORD_TIME -> Axis.RECORD_TIME;
      case EFFECTIVE_TIME -> Axis.EFFECTIVE_TIME;
      case UNRECOGNIZED -> throw Failure.invalid("axis", "must be an axis");
    };
  }
}
