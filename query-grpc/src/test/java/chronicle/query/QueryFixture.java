package chronicle.query;

import chronicle.mesh.TestDatabase;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.GrpcSettings;
import chronicle.runtime.GrpcSettings.Threading;
import chronicle.runtime.Telemetry;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A query service on a database of its own, beside a ledger, asked over a real connection. */
final class QueryFixture implements AutoCloseable {
  private final TestDatabase database = TestDatabase.forReadModel();
  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0);
  final LedgerFake ledger = new LedgerFake(telemetry);
  final Rows rows = new Rows(database.jdbcUrl());
  private final QueryServer server;
  private final ManagedChannel channel;
  final QueryServiceBlockingStub queries;

  QueryFixture() {
    rows.migrate();
    server = serve(database.jdbcUrl());
    channel = connect(server);
    queries = QueryServiceGrpc.newBlockingStub(channel);
  }

  /** One more query service on the same database. */
  QueryServer another() {
    return serve(database.jdbcUrl());
  }

  QueryServer serve(String url) {
    return serve(url, Optional.empty());
  }

  /** One more query service on the same database, with a cache. */
  QueryServer cached(String redisUrl) {
    return serve(database.jdbcUrl(), Optional.of(redisUrl));
  }

  private QueryServer serve(String url, Optional<String> redisUrl) {
    return QueryServer.start(
        new QuerySettings(
            GrpcSettings.of("127.0.0.1", 0, Threading.VIRTUAL_THREADS),
            DatabaseSettings.of("query", url, 4),
            ledger.target(),
            "key",
            redisUrl),
        telemetry);
  }

  static ManagedChannel connect(QueryServer server) {
    return ManagedChannelBuilder.forTarget("127.0.0.1:" + server.port()).usePlaintext().build();
  }

  /** A history that the ledger has and the read model does not yet. */
  History history(String ledgerId) {
    var history = new History(ledgerId);
    ledger.serve(history);
    return history;
  }

  /** The value of a metric, its name and labels given as they stand before it. */
  double metric(String line) {
    return metrics(line).orElseThrow();
  }

  /** The value of a counter, which is not there before it first counts. */
  double count(String line) {
    return metrics(line).orElse(0);
  }

  private OptionalDouble metrics(String line) {
    try (var http = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + telemetry.metricsPort() + "/metrics");
      var body = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
      return body.lines()
          .filter(found -> found.startsWith(line))
          .mapToDouble(found -> Double.parseDouble(found.substring(line.length())))
          .findFirst();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
    ledger.close();
    rows.close();
    telemetry.close();
    database.close();
  }

  /** The error of a call that must fail; it carries exactly one ErrorInfo. */
  static Refusal refusal(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(StatusRuntimeException.class, call);
    Assertions.assertThat(thrown).as("the call is refused").isNotNull();
    var details =
        Optional.ofNullable(StatusProto.fromThrowable(thrown)).orElseThrow().getDetailsList();
    var info = unpack(details, ErrorInfo.class);
    Assertions.assertThat(info).as("ErrorInfo of %s", thrown).hasSize(1);
    return new Refusal(
        info.getFirst().getReason(),
        info.getFirst().getMetadataMap(),
        !unpack(details, RetryInfo.class).isEmpty());
  }

  private static <M extends Message> List<M> unpack(List<Any> details, Class<M> type) {
    return details.stream().filter(any -> any.is(type)).map(any -> unpack(any, type)).toList();
  }

  private static <M extends Message> M unpack(Any any, Class<M> type) {
    try {
      return any.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Why a call was refused. */
  record Refusal(String reason, java.util.Map<String, String> metadata, boolean retryInfo) {}
}
