package chronicle.mesh;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** Whether a server on the loopback interface is there for its clients. */
final class Health {
  private static final int ANSWER_MILLIS = 1000;

  private Health() {}

  /** Whether a connection to the port is accepted. */
  static boolean accepts(int port) {
    try (var socket = new Socket()) {
      socket.connect(Ports.address(port), ANSWER_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the gRPC server on the port says that it is SERVING. */
  static boolean isServing(int port) {
    // A channel is dear, and a start takes many questions: first the cheap one.
    if (!accepts(port)) {
      return false;
    }
    var channel =
        Grpc.newChannelBuilder(Ports.target(port), InsecureChannelCredentials.create()).build();
    try {
      var health =
          HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
      return health.check(HealthCheckRequest.getDefaultInstance()).getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }
}
