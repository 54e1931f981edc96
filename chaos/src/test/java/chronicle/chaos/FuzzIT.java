package chronicle.chaos;

import static chronicle.chaos.RunningMesh.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.IntegrityServiceGrpc;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.ResumeProjectionRequest;
import chronicle.query.v1.QueryServiceGrpc;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every RPC, fed with messages that look nearly right, and with bytes that do not. {@code
 * -Dfuzz.seed=} draws others.
 */
final class FuzzIT {
  static final long SEED = Long.getLong("fuzz.seed", 20_261_123);

  private static final int CALLS = 60;
  private static final int STREAMED_MESSAGES = 5;
  private static final int FLIPPED_ONE_IN = 8;
  private static final int ANSWERS_MAX = 20;

  /** Longer than a call's deadline, which fails a call that hangs. */
  private static final Duration ANSWER_WAIT = Client.ANSWER_MAX.multipliedBy(2);

  private static final Duration FRAME_WAIT = Duration.ofMillis(200);

  private static FuzzedMessages.Known known =
      new FuzzedMessages.Known(List.of(), List.of(), 0, Instant.EPOCH);

  static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.of(
            LedgerServiceGrpc.getServiceDescriptor(),
            EventLogServiceGrpc.getServiceDescriptor(),
            IntegrityServiceGrpc.getServiceDescriptor(),
            QueryServiceGrpc.getServiceDescriptor(),
            ProjectionServiceGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream());
  }

  static com.google.protobuf.Descriptors.MethodDescriptor descriptor(
      MethodDescriptor<?, ?> method) {
    var supplier =
        (ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor());
    return supplier.getMethodDescriptor();
  }

  @BeforeAll
  static void makeWhatTheMessagesSpeakOf() {
    var accounts = Stream.generate(() -> GATEWAY.open(1_000)).limit(4).toList();
    // The first are deposits; the others come to be by the messages themselves.
    var transactions =
        IntStream.range(0, 12).mapToObj(n -> Client.fresh("fuzz-transaction")).toList();
    for (int i = 0; i < accounts.size(); i++) {
      GATEWAY.deposit(accounts.get(i), 1_000, transactions.get(i));
    }
    known = new FuzzedMessages.Known(accounts, transactions, GATEWAY.head(), Instant.now());
  }

  /** The mesh is shared, and among the methods is one that lets its projection stand still. */
  @AfterAll
  static void resumeProjection() {
    ProjectionServiceGrpc.newBlockingStub(GATEWAY.channel())
        .withDeadlineAfter(Client.ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)
        .resumeProjection(ResumeProjectionRequest.getDefaultInstance());
  }

  @ParameterizedTest
  @MethodSource("methods")
  @DisplayName("G13: no input yields INTERNAL or UNKNOWN, and every error has its one ErrorInfo")
  void everyAnswerIsClassified(MethodDescriptor<?, ?> method)
      throws InterruptedException, InvalidProtocolBufferException {
    var random = new Random(SEED);
    var messages = new FuzzedMessages(random, known);
    for (int i = 0; i < CALLS; i++) {
      var sent = new ArrayList<byte[]>();
      for (int n = method.getType().clientSendsOneMessage() ? 1 : STREAMED_MESSAGES; n > 0; n--) {
        sent.add(damaged(messages.next(descriptor(method).getInputType()), random));
      }
      call(method, sent, "seed %d, call %d of %s".formatted(SEED, i, method.getFullMethodName()));
    }
  }

  /** Mostly the message as it is, sometimes with one bit flipped. */
  private static byte[] damaged(Message message, Random random) {
    byte[] bytes = message.toByteArray();
    if (bytes.length > 0 && random.nextInt(FLIPPED_ONE_IN) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private static void call(MethodDescriptor<?, ?> method, List<byte[]> messages, String what)
      throws InterruptedException, InvalidProtocolBufferException {
    try {
      var wait = endsByItself(method) ? ANSWER_WAIT : FRAME_WAIT;
      for (byte[] answer : RawCalls.call(GATEWAY.channel(), method, messages, ANSWERS_MAX, wait)) {
        checkAnswer(DynamicMessage.parseFrom(descriptor(method).getOutputType(), answer), what);
      }
    } catch (StatusRuntimeException e) {
      checkError(e, what);
    }
  }

  private static boolean endsByItself(MethodDescriptor<?, ?> method) {
    String name = Objects.requireNonNull(method.getBareMethodName());
    return !name.startsWith("Subscribe") && !name.startsWith("Watch");
  }

  /** The outcomes of batches and streams hold errors too. */
  private static void checkAnswer(Message answer, String what)
      throws InvalidProtocolBufferException {
    if (answer.getDescriptorForType().getFullName().equals(Status.getDescriptor().getFullName())) {
      var status = Status.parseFrom(answer.toByteString());
      checkError(StatusProto.toStatusRuntimeException(status), what);
      return;
    }
    for (Object value : answer.getAllFields().values()) {
      for (Object element : value instanceof List<?> list ? list : List.of(value)) {
        if (element instanceof Message message) {
          checkAnswer(message, what);
        }
      }
    }
  }

  private static void checkError(StatusRuntimeException error, String what) {
    assertThat(error.getStatus().getCode())
        .as("%s: %s", what, error.getMessage())
        .isNotIn(Code.INTERNAL, Code.UNKNOWN, Code.DEADLINE_EXCEEDED, Code.UNIMPLEMENTED);
    assertThat(Refusals.info(error).getReason()).as(what).isNotEmpty();
  }
}
