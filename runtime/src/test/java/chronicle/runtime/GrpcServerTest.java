package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chronicle.error.v1.ErrorReason;
import chronicle.type.v1.Money;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcServerTest {
  private static final Money VALID =
      Money.newBuilder().setCurrencyCode("USD").setMinorUnits(1_050).build();
  private static final Money INVALID = VALID.toBuilder().setCurrencyCode("usd").build();
  private static final byte[] MALFORMED = {0x0a, 0x7f, 'U'};
  private static final byte[] BAD_UTF8 = {0x0a, 0x03, 'U', (byte) 0xff, 'D'};

  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0, Map.of());
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var resource : open.reversed()) {
      resource.close();
    }
    telemetry.close();
  }

  @ParameterizedTest
  @EnumSource
  void aValidRequestIsAnswered(GrpcSettings.Threading threading) {
    var channel = serve(settings(threading), money -> money);

    assertThat(one(channel, VALID)).isEqualTo(VALID);
  }

  @Test
  void malformedBytesAreAnInvalidRequest() {
    var channel = serve(money -> money);

    var thrown = failureOf(() -> send(channel, MethodDescriptor.MethodType.UNARY, MALFORMED));

    assertInvalid(thrown);
  }

  @Test
  void badUtf8IsAnInvalidRequest() {
    var channel = serve(money -> money);

    assertInvalid(failureOf(() -> send(channel, MethodDescriptor.MethodType.UNARY, BAD_UTF8)));
  }

  @Test
  void malformedBytesInAStreamEndItAsAnInvalidRequest() {
    var channel = serve(money -> money);

    var thrown =
        failureOf(() ->
            send(
                channel,
                MethodDescriptor.MethodType.BIDI_STREAMING,
                VALID.toByteArray(),
                MALFORMED));

    assertInvalid(thrown);
  }

  @Test
  void aUnaryCallWithoutARequestIsAnInvalidRequest() {
    var channel = serve(money -> money);

    assertInvalid(failureOf(() -> send(channel, MethodDescriptor.MethodType.UNARY)));
  }

  @Test
  void aUnaryCallWithTwoRequestsIsAnInvalidRequest() {
    var channel = serve(money -> money);
    var bytes = VALID.toByteArray();

    assertInvalid(failureOf(() -> send(channel, MethodDescriptor.MethodType.UNARY, bytes, bytes)));
  }

  @Test
  void aBrokenRuleIsAnInvalidRequestThatNamesTheField() throws Exception {
    var channel = serve(money -> money);

    var thrown = failureOf(() -> one(channel, INVALID));

    assertInvalid(thrown);
    var details =
        StatusProto.fromStatusAndTrailers(thrown.getStatus(), thrown.getTrailers())
            .getDetails(1)
            .unpack(BadRequest.class);
    assertThat(details.getFieldViolationsList())
        .extracting(BadRequest.FieldViolation::getField)
        .containsExactly("currency_code");
  }

  @Test
  void aHandlerMayValidateByItselfAndTheRulesThenWordItsRefusal() throws Exception {
    var settings = settings(GrpcSettings.Threading.EVENT_LOOP).validatedByHandlers(EchoService.ONE);
    assertThat(one(serve(settings, money -> money), INVALID)).isEqualTo(INVALID);

    var refusing =
        serve(
            settings,
            _ -> {
              throw Failure.invalid("", "bad");
            });
    var thrown = failureOf(() -> one(refusing, INVALID));

    assertInvalid(thrown);
    assertThat(
            StatusProto.fromStatusAndTrailers(thrown.getStatus(), thrown.getTrailers())
                .getDetails(1)
                .unpack(BadRequest.class)
                .getFieldViolations(0)
                .getField())
        .isEqualTo("currency_code");
  }

  @Test
  void aFailureThrownByAHandlerReachesItsCaller() throws Exception {
    var channel =
        serve(_ -> {
          throw Failure.of(ErrorReason.ACCOUNT_FROZEN, "Frozen").with("account", "a1");
        });

    var thrown = failureOf(() -> one(channel, VALID));

    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(info(thrown).getReason()).isEqualTo("ACCOUNT_FROZEN");
    assertThat(info(thrown).getMetadataMap()).containsEntry("account", "a1");
  }

  @Test
  void aFailureReportedToAnObserverReachesItsCaller() {
    var channel =
        serve(_ -> {
          throw Failure.of(ErrorReason.QUEUE_FULL, "Full");
        });

    var thrown =
        failureOf(
            () -> send(channel, MethodDescriptor.MethodType.BIDI_STREAMING, VALID.toByteArray()));

    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(info(thrown).getReason()).isEqualTo("QUEUE_FULL");
  }

  @Test
  void aBugIsInternalAndTellsNothing() {
    var channel =
        serve(_ -> {
          throw new IllegalStateException("secret");
        });

    var thrown = failureOf(() -> one(channel, VALID));

    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(thrown).hasMessageNotContaining("secret");
  }

  @Test
  void aHandlerSeesItsCallersTrace() {
    var parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    var seen = new AtomicReference<String>();
    var channel =
        serve(money -> {
          seen.set(Traceparent.current());
          return money;
        });
    var headers = new Metadata();
    headers.put(Traceparent.HEADER, parent);

    ClientCalls.blockingUnaryCall(
        io.grpc.ClientInterceptors.intercept(
            channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        EchoService.ONE,
        CallOptions.DEFAULT,
        VALID);

    assertThat(seen).hasValue(parent);
    assertThat(Traceparent.current()).isEmpty();
  }

  @Test
  void healthIsNotServingUntilTold() {
    var server = start(settings(GrpcSettings.Threading.EVENT_LOOP), money -> money);
    var health = HealthGrpc.newBlockingStub(channel(server));

    assertThat(check(health, "")).isEqualTo(ServingStatus.NOT_SERVING);
    server.serving(true);
    assertThat(check(health, "")).isEqualTo(ServingStatus.SERVING);
    assertThat(check(health, EchoService.NAME)).isEqualTo(ServingStatus.SERVING);
    server.serving(false);
    assertThat(check(health, EchoService.NAME)).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void reflectionListsTheServices() throws Exception {
    var answer = new CompletableFuture<List<String>>();
    var requests =
        ServerReflectionGrpc.newStub(serve(money -> money))
            .serverReflectionInfo(
                firstOf(
                    answer,
                    response ->
                        response.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .toList()));

    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onCompleted();

    assertThat(answer.get(5, TimeUnit.SECONDS)).contains(EchoService.NAME, "grpc.health.v1.Health");
  }

  @Test
  void reflectionListsTheServicesForOlderToolsToo() throws Exception {
    var answer = new CompletableFuture<List<String>>();
    var requests =
        io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(serve(money -> money))
            .serverReflectionInfo(
                firstOf(
                    answer,
                    response ->
                        response.getListServicesResponse().getServiceList().stream()
                            .map(io.grpc.reflection.v1alpha.ServiceResponse::getName)
                            .toList()));

    requests.onNext(
        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
            .setListServices("")
            .build());
    requests.onCompleted();

    assertThat(answer.get(5, TimeUnit.SECONDS)).contains(EchoService.NAME, "grpc.health.v1.Health");
  }

  @Test
  void onlyAMethodThatNeverBlocksRunsOnTheEventLoop() {
    var isVirtual = new AtomicBoolean();
    UnaryOperator<Money> noting =
        money -> {
          isVirtual.set(Thread.currentThread().isVirtual());
          return money;
        };
    var settings = settings(GrpcSettings.Threading.VIRTUAL_THREADS);

    assertThat(one(serve(settings, noting), VALID)).isEqualTo(VALID);
    assertThat(isVirtual).isTrue();

    assertThat(one(serve(settings.neverBlocking(EchoService.ONE), noting), VALID)).isEqualTo(VALID);
    assertThat(isVirtual).isFalse();
  }

  @Test
  void anOpenCallFinishesWhileTheServerCloses() throws Exception {
    var started = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var server =
        start(
            settings(GrpcSettings.Threading.VIRTUAL_THREADS),
            money -> {
              started.countDown();
              await(released);
              return money;
            });
    var answer =
        ClientCalls.futureUnaryCall(
            channel(server).newCall(EchoService.ONE, CallOptions.DEFAULT), VALID);
    await(started);

    var closing = Thread.ofVirtual().start(server::close);
    assertThat(closing.join(java.time.Duration.ofMillis(100))).isFalse();
    released.countDown();

    assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo(VALID);
    assertThat(closing.join(java.time.Duration.ofSeconds(5))).isTrue();
  }

  private ManagedChannel serve(UnaryOperator<Money> function) {
    return serve(settings(GrpcSettings.Threading.EVENT_LOOP), function);
  }

  private ManagedChannel serve(GrpcSettings settings, UnaryOperator<Money> function) {
    return channel(start(settings, function));
  }

  private GrpcServer start(GrpcSettings settings, UnaryOperator<Money> function) {
    var server = GrpcServer.start(settings, telemetry, List.of(new EchoService(function)));
    open.add(server);
    return server;
  }

  private ManagedChannel channel(GrpcServer server) {
    var channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    open.add(channel::shutdownNow);
    return channel;
  }

  private static GrpcSettings settings(GrpcSettings.Threading threading) {
    return GrpcSettings.of("127.0.0.1", 0, threading);
  }

  private static Money one(ManagedChannel channel, Money money) {
    return ClientCalls.blockingUnaryCall(channel, EchoService.ONE, CallOptions.DEFAULT, money);
  }

  private static ServingStatus check(HealthGrpc.HealthBlockingStub health, String service) {
    return health.check(HealthCheckRequest.newBuilder().setService(service).build()).getStatus();
  }

  private static StatusRuntimeException failureOf(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call);
  }

  private static void assertInvalid(StatusRuntimeException thrown) {
    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(info(thrown).getReason()).isEqualTo("INVALID_REQUEST");
    assertThat(info(thrown).getDomain()).isEqualTo("chronicleledger.dev");
  }

  private static ErrorInfo info(StatusRuntimeException thrown) {
    try {
      return StatusProto.fromStatusAndTrailers(thrown.getStatus(), thrown.getTrailers())
          .getDetails(0)
          .unpack(ErrorInfo.class);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends messages of any bytes and of any number, which generated clients can't. */
  private static void send(
      ManagedChannel channel, MethodDescriptor.MethodType type, byte[]... messages) {
    var name = type == MethodDescriptor.MethodType.UNARY ? EchoService.ONE : EchoService.MANY;
    var method =
        MethodDescriptor.newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(name.getFullMethodName())
            .build();
    var call = channel.newCall(method, CallOptions.DEFAULT);
    var end = new CompletableFuture<StatusRuntimeException>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status.asRuntimeException(trailers));
          }
        },
        new Metadata());
    call.request(10);
    for (var message : messages) {
      call.sendMessage(message);
    }
    call.halfClose();
    throw end.orTimeout(5, TimeUnit.SECONDS).join();
  }

  private static <T, R> StreamObserver<T> firstOf(
      CompletableFuture<R> answer, java.util.function.Function<T, R> function) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T response) {
        answer.complete(function.apply(response));
      }

      @Override
      public void onError(Throwable thrown) {
        answer.completeExceptionally(thrown);
      }

      @Override
      public void onCompleted() {}
    };
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
