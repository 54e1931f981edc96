package chronicle.chaos;

import static chronicle.chaos.RunningMesh.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.Entry;
import chronicle.query.v1.WatchAccountRequest;
import chronicle.query.v1.WatchAccountResponse;
import chronicle.query.v1.WatchLedgerRequest;
import chronicle.query.v1.WatchLedgerResponse;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Watches of clients that speak no gRPC: what happens comes while the answer is still open. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
final class WatchedIT {
  private static final String SERVICE = "chronicle.query.v1.QueryService/";

  @Test
  @DisplayName("gRPC-Web: a watch of an account tells each deposit as it happens")
  void anAccountIsWatchedOverGrpcWeb() throws Exception {
    var account = visible(100);
    var request = WatchAccountRequest.newBuilder().setAccount(account).build();
    try (var frames = watch("WatchAccount", request, WatchAccountResponse.parser())) {
      var state = frames.next();
      assertThat(state.getAccount().getAccount()).isEqualTo(account);
      for (var n = 1; n <= 3; n++) {
        var position = GATEWAY.deposit(account, n, Client.fresh("watched")).getPosition();
        var frame = frames.next();
        while (frame.getReadPosition() < position) {
          frame = frames.next();
        }
        assertThat(frame.getEntriesList()).extracting(Entry::getPosition).contains(position);
      }
    }
  }

  @Test
  @DisplayName("gRPC-Web: a watch goes on after the position that the client has, nothing twice")
  void aWatchOverGrpcWebGoesOnWhereItWas() throws Exception {
    var account = visible(0);
    var request = WatchAccountRequest.newBuilder().setAccount(account).setAfterPosition(0);
    var told = new ArrayList<Long>();
    var deposited = new ArrayList<Long>();
    for (var n = 0; n < 3; n++) {
      deposited.add(GATEWAY.deposit(account, 1, Client.fresh("resumed")).getPosition());
      try (var frames = watch("WatchAccount", request.build(), WatchAccountResponse.parser())) {
        while (request.getAfterPosition() < deposited.getLast()) {
          var frame = frames.next();
          frame.getEntriesList().stream()
              .filter(Entry::hasAmount)
              .forEach(entry -> told.add(entry.getPosition()));
          request.setAfterPosition(frame.getReadPosition());
        }
      }
    }

    assertThat(told).isEqualTo(deposited);
  }

  @Test
  @DisplayName("gRPC-Web: a watch of a ledger tells what happens to all its accounts")
  void aLedgerIsWatchedOverGrpcWeb() throws Exception {
    var first = visible(0);
    var second = visible(0);
    var request = WatchLedgerRequest.newBuilder().setAfterPosition(GATEWAY.head()).build();
    try (var frames = watch("WatchLedger", request, WatchLedgerResponse.parser())) {
      var told = new ArrayList<String>();
      for (var account : List.of(first, second)) {
        GATEWAY.deposit(account, 1, Client.fresh("watched"));
        while (!told.contains(account)) {
          frames.next().getEntriesList().forEach(entry -> told.add(entry.getAccount()));
        }
      }
      assertThat(told).containsSubsequence(first, second);
    }
  }

  @Test
  @DisplayName("REST: a watch is an array that grows while things happen")
  void anAccountIsWatchedOverRest() throws Exception {
    var account = visible(100);
    var response = Http.open("/v1/accounts/%s:watch".formatted(account));
    assertThat(response.statusCode()).isEqualTo(200);
    try (var body = response.body()) {
      var text = new StringBuilder();
      readUntil(body, text, "\"account\":\"" + account + "\"");
      for (var n = 1; n <= 3; n++) {
        var receipt = GATEWAY.deposit(account, n, Client.fresh("watched"));
        readUntil(body, text, "\"position\":\"%d\"".formatted(receipt.getPosition()));
      }
      assertThat(text.toString()).startsWith("[{").doesNotEndWith("]");
    }
  }

  @Test
  @DisplayName("REST: a watch of a ledger from a position on tells what happened since")
  void aLedgerIsWatchedOverRest() throws Exception {
    var before = GATEWAY.head();
    var account = GATEWAY.open(7);
    var response = Http.open("/v1/ledgers/main:watch?after_position=%d".formatted(before));
    try (var body = response.body()) {
      var text = new StringBuilder();
      readUntil(body, text, "\"account\":\"" + account + "\"");
      readUntil(body, text, "MoneyDeposited");
    }
    assertThat(Http.get("/v1/ledger:watch?after_position=999999999").statusCode()).isEqualTo(400);
  }

  /** An account that the read model knows. */
  private static String visible(long minorUnits) {
    var account = GATEWAY.open(minorUnits);
    ReadModel.await(GATEWAY.head());
    return account;
  }

  private static void readUntil(InputStream body, StringBuilder text, String awaited)
      throws IOException {
    var bytes = new byte[8_192];
    while (text.indexOf(awaited) < 0) {
      var read = body.read(bytes);
      assertThat(read).as("the stream is open: %s", text).isPositive();
      text.append(new String(bytes, 0, read, StandardCharsets.UTF_8));
    }
  }

  private static <M extends Message> Frames<M> watch(
      String method, Message request, Parser<M> parser) throws Exception {
    var response = Http.grpcWeb(SERVICE + method, request);
    assertThat(response.headers().firstValue("content-type").orElseThrow())
        .startsWith("application/grpc-web");
    return new Frames<>(new DataInputStream(response.body()), parser);
  }

  /** The messages of a gRPC-Web answer that is still open. */
  private record Frames<M extends Message>(DataInputStream body, Parser<M> parser)
      implements AutoCloseable {
    M next() throws IOException {
      var flags = body.readByte();
      var content = body.readNBytes(body.readInt());
      assertThat(flags).as("no trailers: the stream is open").isZero();
      return parser.parseFrom(content);
    }

    @Override
    public void close() throws IOException {
      body.close();
    }
  }
}
