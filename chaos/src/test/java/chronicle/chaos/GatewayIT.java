package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static chronicle.chaos.RunningMesh.MESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One port, three protocols: what every kind of client gets through Envoy. */
final class GatewayIT {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Client.ANSWER_MAX).build();
  private static final int TRAILERS = 0x80;

  @Test
  @DisplayName("gRPC: deposit and transfer, and read one's own write (G5, G8)")
  void moneyMovesOverNativeGrpc() {
    var source = GATEWAY.open(100_00);
    var destination = GATEWAY.open(0);

    var receipt =
        GATEWAY
            .ledger()
            .transfer(
                TransferRequest.newBuilder()
                    .setSourceAccount(source)
                    .setDestinationAccount(destination)
                    .setAmount(euros(30_00))
                    .build());

    assertThat(receipt.getEventsList()).hasSize(2);
    assertThat(GATEWAY.balance(source, receipt.getPosition()).getPosted()).isEqualTo(euros(70_00));
    assertThat(GATEWAY.balance(destination, receipt.getPosition()).getPosted())
        .isEqualTo(euros(30_00));
  }

  @Test
  @DisplayName("gRPC: a refusal passes Envoy with its ErrorInfo (G13)")
  void refusalKeepsItsReason() {
    var account = GATEWAY.open(10);

    var refused = catchThrowable(() -> GATEWAY.withdraw(account, 11));

    assertThat(Refusals.info(refused).getReason()).isEqualTo("INSUFFICIENT_FUNDS");
  }

  @Test
  @DisplayName("REST: an account is opened, filled and read, its ledger left out or named")
  void moneyMovesOverRest() throws Exception {
    var account = Client.fresh("rest");

    var opened =
        post("/v1/accounts", "{'account': '%s', 'currency_code': 'EUR'}".formatted(account));
    var filled =
        post(
            "/v1/ledgers/main/accounts/%s:deposit".formatted(account),
            "{'amount': {'currency_code': 'EUR', 'minor_units': '12500'}}");
    var read = get("/v1/accounts/%s/balance?source=EVENT_STORE".formatted(account));

    assertThat(opened.statusCode()).isEqualTo(200);
    assertThat(filled.body()).contains("\"status\":\"PENDING_MATERIALIZATION\"");
    assertThat(read.body()).contains("\"minor_units\":\"12500\"").contains("\"held\"");
  }

  @Test
  @DisplayName("REST: an error's body carries the reason and the figures (G13)")
  void restErrorCarriesItsReason() throws Exception {
    var account = GATEWAY.open(10);

    var refused =
        post(
            "/v1/accounts/%s:withdraw".formatted(account),
            "{'amount': {'currency_code': 'EUR', 'minor_units': 11}}");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("\"reason\":\"INSUFFICIENT_FUNDS\"")
        .contains("\"available\":\"10\"");
  }

  @Test
  @DisplayName("REST: the Idempotency-Key header stands for the command id (G3)")
  void idempotencyKeyMakesARetrySafe() throws Exception {
    var account = GATEWAY.open(0);
    var key = Client.fresh("key");
    var path = "/v1/accounts/%s:deposit".formatted(account);
    var body = "{'amount': {'currency_code': 'EUR', 'minor_units': 5}}";

    var first = post(path, body, "Idempotency-Key", key);
    var second = post(path, body, "Idempotency-Key", key);

    assertThat(first.body()).contains("\"replayed\":false").contains(key);
    assertThat(second.body()).contains("\"replayed\":true");
    assertThat(GATEWAY.state(account).getPosted()).isEqualTo(euros(5));
  }

  @Test
  @DisplayName("REST: the balance as of a time (G10)")
  void balanceAsOfATime() throws Exception {
    var account = GATEWAY.open(0);
    var first = GATEWAY.deposit(account, 100, Client.fresh("first"));
    GATEWAY.deposit(account, 1, Client.fresh("second"));

    var then =
        get("/v1/accounts/%s/balance?at=%s".formatted(account, instant(first.getRecordTime())));

    assertThat(then.body()).contains("\"minor_units\":\"100\"");
  }

  @Test
  @DisplayName("REST: unknown paths and query parameters are refused, never guessed (G13)")
  void unknownPathsAndParametersAreRefused() throws Exception {
    assertThat(get("/v1/nothing").statusCode()).isEqualTo(404);
    assertThat(get("/v1/accounts?nothing=1").statusCode()).isEqualTo(400);
  }

  @Test
  @DisplayName("gRPC-Web: a deposit is acknowledged, status and trailers in the body")
  void moneyMovesOverGrpcWeb() throws Exception {
    var account = GATEWAY.open(0);
    var request =
        DepositRequest.newBuilder().setAccount(account).setAmount(euros(7)).build().toByteArray();

    var response = grpcWeb("Deposit", request);

    assertThat(trailers(response)).contains("grpc-status:0");
    var receipt = CommandReceipt.parseFrom(frame(response, 0));
    assertThat(receipt.getBalances(0).getPosted()).isEqualTo(euros(7));
  }

  @Test
  @DisplayName("gRPC-Web: a refusal comes as status and details in trailers (G13)")
  void grpcWebRefusalCarriesItsDetails() throws Exception {
    var account = GATEWAY.open(0);
    var request =
        WithdrawRequest.newBuilder().setAccount(account).setAmount(euros(7)).build().toByteArray();

    var response = grpcWeb("Withdraw", request);

    var status = response.headers().firstValue("grpc-status").orElseGet(() -> trailers(response));
    assertThat(status).contains("9");
    var details = response.headers().firstValue("grpc-status-details-bin");
    assertThat(details.orElseGet(() -> trailers(response))).isNotEmpty();
  }

  @Test
  @DisplayName("CORS: a page of this machine may call, another origin may not")
  void preflightAnswersPagesOfThisMachineOnly() throws Exception {
    var ours = preflight("http://localhost:3000");
    var theirs = preflight("https://evil.example");

    assertThat(ours.headers().firstValue("access-control-allow-origin"))
        .contains("http://localhost:3000");
    assertThat(theirs.headers().firstValue("access-control-allow-origin")).isEmpty();
  }

  @Test
  @DisplayName("A page at / says what runs")
  void pageSaysWhatRuns() throws Exception {
    var page = get("/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("ChronicleLedger");
  }

  private static HttpResponse<byte[]> grpcWeb(String method, byte[] message)
      throws IOException, InterruptedException {
    var framed = ByteBuffer.allocate(message.length + 5).put((byte) 0).putInt(message.length);
    return HTTP.send(
        request("/chronicle.ledger.v1.LedgerService/" + method)
            .header("content-type", "application/grpc-web+proto")
            .header("x-grpc-web", "1")
            .POST(BodyPublishers.ofByteArray(framed.put(message).array()))
            .build(),
        BodyHandlers.ofByteArray());
  }

  /** The content of the frame that begins there. */
  private static byte[] frame(HttpResponse<byte[]> response, int offset) {
    var body = ByteBuffer.wrap(response.body());
    var length = body.getInt(offset + 1);
    return Arrays.copyOfRange(response.body(), offset + 5, offset + 5 + length);
  }

  /** The trailers, from the frame that is marked as such. */
  private static String trailers(HttpResponse<byte[]> response) {
    var body = ByteBuffer.wrap(response.body());
    for (int offset = 0; offset < body.limit(); offset += 5 + body.getInt(offset + 1)) {
      if ((body.get(offset) & TRAILERS) != 0) {
        return new String(frame(response, offset), StandardCharsets.US_ASCII);
      }
    }
    return "";
  }

  private static HttpResponse<String> preflight(String origin)
      throws IOException, InterruptedException {
    return HTTP.send(
        request("/chronicle.ledger.v1.LedgerService/Deposit")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-grpc-web")
            .method("OPTIONS", BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(request(path).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.replace('\'', '"')));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(MESH.gateway().url() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static java.time.Instant instant(com.google.protobuf.Timestamp time) {
    return java.time.Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
