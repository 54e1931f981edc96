package chronicle.runtime;

import chronicle.error.v1.ErrorReason;
import chronicle.error.v1.ErrorReasonOuterClass;
import chronicle.error.v1.ReasonRule;
import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only table from an exception to the {@code google.rpc.Status} its caller gets. */
public final class Failures {
  /** The domain of every ErrorInfo. */
  public static final String DOMAIN = "chronicleledger.dev";

  private static final Logger log = LoggerFactory.getLogger(Failures.class);
  private static final Map<ErrorReason, ReasonRule> RULES = rules();

  private Failures() {}

  /**
   * The status of any exception: a {@link Failure} with one ErrorInfo, and BadRequest or RetryInfo
   * where it has them; a gRPC status as it is; and anything else, which is a bug, INTERNAL logged
   * with its stack trace.
   */
  public static Status status(Throwable thrown) {
    return switch (thrown) {
      case Failure failure -> status(failure);
      case StatusRuntimeException e when classified(e.getStatus()) ->
          StatusProto.fromStatusAndTrailers(e.getStatus(), e.getTrailers());
      case StatusException e when classified(e.getStatus()) ->
          StatusProto.fromStatusAndTrailers(e.getStatus(), e.getTrailers());
      default -> bug(thrown);
    };
  }

  /** The code and the advice on repeating that always go with a reason. */
  public static ReasonRule rule(ErrorReason reason) {
    var rule = RULES.get(reason);
    if (rule == null) {
      throw new IllegalStateException("no rule for " + reason);
    }
    return rule;
  }

  private static Status status(Failure failure) {
    var info =
        ErrorInfo.newBuilder()
            .setReason(failure.reason().name())
            .setDomain(DOMAIN)
            .putAllMetadata(failure.metadata());
    var status =
        Status.newBuilder()
            .setCode(rule(failure.reason()).getCodeValue())
            .setMessage(Objects.requireNonNullElse(failure.getMessage(), ""))
            .addDetails(Any.pack(info.build()));
    if (!failure.violations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(failure)));
    }
    failure.retryDelay().ifPresent(delay -> status.addDetails(Any.pack(retryInfo(delay))));
    return status.build();
  }

  private static BadRequest badRequest(Failure failure) {
    var badRequest = BadRequest.newBuilder();
    for (var violation : failure.violations()) {
      badRequest
          .addFieldViolationsBuilder()
          .setField(violation.field())
          .setDescription(violation.description());
    }
    return badRequest.build();
  }

  private static RetryInfo retryInfo(java.time.Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            Duration.newBuilder().setSeconds(delay.toSeconds()).setNanos(delay.toNanosPart()))
        .build();
  }

  private static boolean classified(io.grpc.Status status) {
    return switch (status.getCode()) {
      case UNKNOWN, INTERNAL -> false;
      default -> true;
    };
  }

  private static Status bug(Throwable thrown) {
    log.error("A call failed by a bug", thrown);
    return status(Failure.of(ErrorReason.INTERNAL, "Internal error"));
  }

  private static Map<ErrorReason, ReasonRule> rules() {
    var rules = new EnumMap<ErrorReason, ReasonRule>(ErrorReason.class);
    for (var value : ErrorReason.getDescriptor().getValues()) {
      var options = value.getOptions();
      if (options.hasExtension(ErrorReasonOuterClass.rule)) {
        rules.put(ErrorReason.valueOf(value), options.getExtension(ErrorReasonOuterClass.rule));
      }
    }
    return rules;
  }
}
