package chronicle.chaos;

import static chronicle.chaos.RunningMesh.MESH;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;

/** What a client without gRPC sends to the gateway. */
final class Http {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Client.ANSWER_MAX).build();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  private Http() {}

  /** A whole answer. */
  static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return CLIENT.send(request(path).build(), BodyHandlers.ofString());
  }

  /** An answer as it comes in. */
  static HttpResponse<InputStream> open(String path) throws IOException, InterruptedException {
    return CLIENT.send(request(path).build(), BodyHandlers.ofInputStream());
  }

  /** A gRPC-Web call, its answer as it comes in. */
  static HttpResponse<InputStream> grpcWeb(String method, Message message)
      throws IOException, InterruptedException {
    var bytes = message.toByteArray();
    var framed = ByteBuffer.allocate(bytes.length + 5).put((byte) 0).putInt(bytes.length);
    return CLIENT.send(
        request("/" + method)
            .header("content-type", "application/grpc-web+proto")
            .header("x-grpc-web", "1")
            .POST(BodyPublishers.ofByteArray(framed.put(bytes).array()))
            .build(),
        BodyHandlers.ofInputStream());
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(MESH.gateway().url() + path)).timeout(ANSWER_MAX);
  }
}
