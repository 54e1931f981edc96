package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.query.v1.Balance;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import com.google.rpc.ErrorInfo;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EnvoyGatewayIT {
  private static final int GRPC_WEB_FRAME_HEADER_BYTES = 5;

  private final StateDirectory state = StateDirectory.scratch("gateway");
  private final JavaService server = StandIn.service(state);
  // Two addresses of which one is dead: calls find the other.
  private final JavaService dead = StandIn.service(state);
  private final EnvoyGateway gateway =
      new EnvoyGateway(
          state,
          Ports.free(),
          Ports.free(),
          new EnvoyGateway.Upstreams(
              List.of(server.grpcPort(), dead.grpcPort()),
              List.of(server.grpcPort()),
              List.of(dead.grpcPort())));
  private final HttpClient http = HttpClient.newHttpClient();
  private final ManagedChannel channel =
      Grpc.newChannelBuilder(gateway.target(), InsecureChannelCredentials.create()).build();

  @BeforeAll
  void start() {
    server.start();
    gateway.start();
  }

  @AfterAll
  void stop() {
    channel.shutdownNow();
    gateway.close();
    server.close();
  }

  @Test
  void theConfigurationIsValid() {
    assertThatCode(gateway::validate).doesNotThrowAnyException();
  }

  @Test
  void nativeCallsReachTheServiceOfTheirPath() {
    var request = GetBalanceRequest.newBuilder().setAccount("alice").build();

    var balance = QueryServiceGrpc.newBlockingStub(channel).getBalance(request);

    assertThat(balance.getPosition()).isEqualTo(7);
  }

  @Test
  void nativeErrorsKeepTheirDetails() {
    var request = DepositRequest.newBuilder().setAccount("refused").build();

    var error =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> LedgerServiceGrpc.newBlockingStub(channel).deposit(request));

    assertThat(
            StatusProto.fromStatusAndTrailers(error.getStatus(), error.getTrailers())
                .getDetails(0)
                .is(ErrorInfo.class))
        .isTrue();
  }

  @Test
  void restPathsAreTranscodedWithFieldNamesOfTheProtosAndZeros() throws Exception {
    var answer = get("/v1/accounts/alice/balance");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"account\":\"alice\"", "\"position\":\"7\"", "\"account_version\":\"0\"");
  }

  @Test
  void restErrorsAreTheStatusWithItsDetailsAsJson() throws Exception {
    var answer = post("/v1/accounts/refused:deposit", "{}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains(
            "\"code\":9",
            "type.googleapis.com/google.rpc.ErrorInfo",
            "\"reason\":\"ACCOUNT_FROZEN\"");
  }

  @Test
  void theIdempotencyKeyOfARestCallReachesTheLedger() throws Exception {
    var answer = post("/v1/accounts/alice:deposit", "{}", "Idempotency-Key", "salary-1");

    assertThat(answer.body()).contains("\"command_id\":\"salary-1\"");
  }

  @Test
  void unknownPathsParametersAndBodiesAreRefusedAsStatusJson() throws Exception {
    assertThat(get("/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/v1/nothing").body()).contains("\"code\":5");
    assertThat(get("/v1/accounts/alice/balance?colour=red").statusCode()).isEqualTo(400);
    assertThat(post("/v1/accounts/alice:deposit", "{not json").body()).contains("\"code\":3");
    assertThat(post("/v1/accounts/alice:deposit", "{\"account\": \"bob\"}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void aServiceThatIsDownIsUnavailable() throws Exception {
    var answer = get("/v1/projection");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("\"code\":14");
  }

  @Test
  void browsersCallByGrpcWebFromPagesOfThisMachineOnly() throws Exception {
    var local = grpcWebBalance("http://localhost:3000");
    var foreign = grpcWebBalance("http://example.org");

    var length = ByteBuffer.wrap(local.body()).getInt(1);
    var message =
        Arrays.copyOfRange(
            local.body(), GRPC_WEB_FRAME_HEADER_BYTES, GRPC_WEB_FRAME_HEADER_BYTES + length);
    assertThat(Balance.parseFrom(message).getPosition()).isEqualTo(7);
    assertThat(new String(local.body(), StandardCharsets.US_ASCII)).contains("grpc-status:0");
    assertThat(local.headers().firstValue("access-control-allow-origin"))
        .contains("http://localhost:3000");
    assertThat(local.headers().firstValue("access-control-expose-headers").orElse(""))
        .contains("grpc-status", "grpc-message", "grpc-status-details-bin");
    assertThat(foreign.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  void browsersAreToldWhatTheyMaySend() throws Exception {
    var preflight =
        request(
                "/v1/accounts/alice:deposit",
                "Origin",
                "http://127.0.0.1:3000",
                "Access-Control-Request-Method",
                "POST")
            .method("OPTIONS", BodyPublishers.noBody())
            .build();

    var answer = http.send(preflight, BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("access-control-allow-headers").orElse(""))
        .contains("idempotency-key");
  }

  @Test
  void aPageSaysWhatRuns() throws Exception {
    var answer = get("/");

    assertThat(answer.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(answer.body()).contains("<title>ChronicleLedger</title>");
  }

  private HttpResponse<byte[]> grpcWebBalance(String origin) throws Exception {
    var message = GetBalanceRequest.newBuilder().setAccount("alice").build().toByteArray();
    var frame = ByteBuffer.allocate(GRPC_WEB_FRAME_HEADER_BYTES + message.length);
    frame.put((byte) 0).putInt(message.length).put(message);
    var request =
        request(
                "/chronicle.query.v1.QueryService/GetBalance",
                "Origin",
                origin,
                "Content-Type",
                "application/grpc-web+proto",
                "X-Grpc-Web",
                "1")
            .POST(BodyPublishers.ofByteArray(frame.array()))
            .build();
    return http.send(request, BodyHandlers.ofByteArray());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(gateway.url() + path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return post(path, body, "Content-Type", "application/json");
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    return http.send(
        request(path, headers).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, String... headers) {
    return HttpRequest.newBuilder(URI.create(gateway.url() + path)).headers(headers);
  }
}
