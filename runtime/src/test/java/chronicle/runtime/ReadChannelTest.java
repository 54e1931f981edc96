package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import chronicle.error.v1.ErrorReason;
import chronicle.type.v1.Money;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ReadChannelTest {
  private static final Money ONE_EURO =
      Money.newBuilder().setCurrencyCode("EUR").setMinorUnits(100).build();
  private static final Duration LEFT_MAX = Duration.ofSeconds(10);

  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0, Map.of());
  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicInteger first = new AtomicInteger();
  private final AtomicInteger second = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    for (var resource : open.reversed()) {
      resource.close();
    }
    telemetry.close();
  }

  @Test
  void callsGoToAllServersOfTheList() {
    var channel = channel(serve(counting(first)), serve(counting(second)));

    await()
        .atMost(LEFT_MAX)
        .until(() -> isAnswered(channel) && first.get() > 0 && second.get() > 0);
  }

  @Test
  void oneServerIsAListToo() {
    var channel = channel(serve(counting(first)));

    assertThat(isAnswered(channel)).isTrue();
  }

  @Test
  void aServerThatIsDeadCostsNoCall() {
    var dead = serve(counting(first));
    var channel = channel(dead, serve(counting(second)));
    await()
        .atMost(LEFT_MAX)
        .until(() -> isAnswered(channel) && first.get() > 0 && second.get() > 0);

    dead.close();

    for (int call = 0; call < 50; call++) {
      assertThat(isAnswered(channel)).isTrue();
    }
  }

  @Test
  void aServerThatSaysItDoesNotServeIsLeft() {
    var draining = serve(counting(first));
    var channel = channel(draining, serve(counting(second)));
    await().atMost(LEFT_MAX).until(() -> isAnswered(channel) && first.get() > 0);

    draining.serving(false);

    await()
        .atMost(LEFT_MAX)
        .until(() -> {
          var before = first.get();
          for (int call = 0; call < 10; call++) {
            assertThat(isAnswered(channel)).isTrue();
          }
          return first.get() == before;
        });
  }

  @Test
  void aCallThatFindsItsServerUnavailableGoesToTheOther() {
    var cutOff =
        serve(_ -> {
          throw Failure.of(ErrorReason.EVENT_STORE_UNAVAILABLE, "cut off")
              .retryAfter(Duration.ofSeconds(1));
        });
    var channel = channel(cutOff, serve(counting(second)));
    await().atMost(LEFT_MAX).until(() -> isAnswered(channel));

    for (int call = 0; call < 20; call++) {
      assertThat(isAnswered(channel)).isTrue();
    }
  }

  @Test
  void aListWithAnEntryThatIsNoAddressIsRefused() {
    assertThatThrownBy(() -> ReadChannel.to("127.0.0.1:9001,somewhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("somewhere");
  }

  private static UnaryOperator<Money> counting(AtomicInteger calls) {
    return money -> {
      calls.incrementAndGet();
      return money;
    };
  }

  private GrpcServer serve(UnaryOperator<Money> function) {
    var settings = GrpcSettings.of("127.0.0.1", 0, GrpcSettings.Threading.EVENT_LOOP);
    var server = GrpcServer.start(settings, telemetry, List.of(new EchoService(function)));
    server.serving(true);
    open.add(server);
    return server;
  }

  private ManagedChannel channel(GrpcServer... servers) {
    var target =
        List.of(servers).stream()
            .map(server -> "127.0.0.1:" + server.port())
            .collect(Collectors.joining(","));
    var channel = ReadChannel.to(target);
    open.add(channel::shutdownNow);
    return channel;
  }

  private static boolean isAnswered(ManagedChannel channel) {
    try {
      var options = CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS);
      return ClientCalls.blockingUnaryCall(channel, EchoService.ONE, options, ONE_EURO)
          .equals(ONE_EURO);
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
