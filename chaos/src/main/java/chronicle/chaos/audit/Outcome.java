package chronicle.chaos.audit;

import chronicle.error.v1.ErrorReason;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What a call came to, as far as its client can know. */
public sealed interface Outcome {
  /** An error of a server without a reason of ours, and which no transport makes. */
  String UNCLASSIFIED = "UNCLASSIFIED";

  /** The call was reset on its way, as a gateway does whose server is gone. */
  String BROKEN_OFF = "BROKEN_OFF";

  /** It was answered. */
  record Answered(Message answer) implements Outcome {}

  /** It was decided, and the decision was no. */
  record Refused(String reason, Map<String, String> metadata) implements Outcome {
    /** Keeps a copy. */
    public Refused {
      metadata = Map.copyOf(metadata);
    }
  }

  /** It was certainly not executed, though it might have been. */
  record Failed(String reason) implements Outcome {}

  /** It may or may not have been executed. */
  record Unknown(String reason) implements Outcome {}

  /** What an error of a call says. */
  static Outcome of(StatusRuntimeException thrown) {
    var status = StatusProto.fromThrowable(thrown);
    var trailers = thrown.getTrailers();
    boolean fromServer = trailers != null && !trailers.keys().isEmpty();
    return status == null
        ? new Unknown(thrown.getStatus().getCode().name())
        : of(status, fromServer);
  }

  /** What the error of one command of a batch or stream says. */
  static Outcome of(Status status) {
    return of(status, true);
  }

  private static Outcome of(Status status, boolean fromServer) {
    var infos = status.getDetailsList().stream().filter(it -> it.is(ErrorInfo.class)).toList();
    if (infos.size() == 1) {
      return of(info(infos));
    }
    var code = Code.forNumber(status.getCode());
    if (!fromServer && code == Code.INTERNAL && status.getMessage().contains("RST_STREAM")) {
      return new Unknown(BROKEN_OFF);
    }
    boolean isUnclassified = code == Code.INTERNAL || code == Code.UNKNOWN || infos.size() > 1;
    return new Unknown(fromServer && isUnclassified ? UNCLASSIFIED : String.valueOf(code));
  }

  private static Outcome of(ErrorInfo info) {
    var reason = info.getReason();
    return switch (reason(reason)) {
      case OUTCOME_UNKNOWN, LEDGER_STOPPED, INTERNAL -> new Unknown(reason);
      case ERROR_REASON_UNSPECIFIED, UNRECOGNIZED -> new Unknown(UNCLASSIFIED);
      case CONTENTION,
          EVENT_STORE_UNAVAILABLE,
          READ_MODEL_UNAVAILABLE,
          PROJECTION_BEHIND,
          QUEUE_FULL,
          RATE_LIMITED,
          READER_TOO_SLOW,
          UNAUTHENTICATED,
          PERMISSION_DENIED ->
          new Failed(reason);
      case INVALID_REQUEST,
          CURRENCY_MISMATCH,
          AMOUNT_OVERFLOW,
          PAGE_TOKEN_INVALID,
          TIME_IN_FUTURE,
          ASSET_UNKNOWN,
          AMOUNTS_MISMATCH,
          INSUFFICIENT_FUNDS,
          LIMIT_EXCEEDED,
          ACCOUNT_FROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_NOT_EMPTY,
          TRANSACTION_NOT_PENDING,
          TRANSACTION_EXPIRED,
          TRANSACTION_ALREADY_POSTED,
          TRANSACTION_ALREADY_VOIDED,
          TRANSACTION_ALREADY_REVERSED,
          POST_AMOUNT_EXCEEDS_PENDING,
          ACCOUNT_NOT_FROZEN,
          ACCOUNT_NOT_CLOSED,
          TRANSACTION_NOT_POSTED,
          VERSION_CONFLICT,
          ACCOUNT_ALREADY_EXISTS,
          LEDGER_ALREADY_EXISTS,
          COMMAND_ID_REUSED,
          ASSET_ALREADY_EXISTS,
          ACCOUNT_NOT_FOUND,
          LEDGER_NOT_FOUND,
          TRANSACTION_NOT_FOUND,
          EVENT_NOT_FOUND,
          POSITION_UNKNOWN ->
          new Refused(reason, info.getMetadataMap());
    };
  }

  private static ErrorReason reason(String name) {
    return Arrays.stream(ErrorReason.values())
        .filter(reason -> reason.name().equals(name))
        .findFirst()
        .orElse(ErrorReason.UNRECOGNIZED);
  }

  private static ErrorInfo info(List<Any> details) {
    try {
      return details.getFirst().unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
