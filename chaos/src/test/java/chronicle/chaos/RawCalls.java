package chronicle.chaos;

import com.google.common.io.ByteStreams;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Calls with bytes of one's own in place of messages. */
final class RawCalls {
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return ByteStreams.toByteArray(stream);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private RawCalls() {}

  /**
   * Sends the bytes and reads all answers, of a subscription, which does not end by itself, the
   * first; throws as a blocking stub does.
   */
  static void call(Channel channel, MethodDescriptor<?, ?> method, byte[] message) {
    try (var context = Context.current().withCancellation()) {
      context.run(() -> read(channel, method, message));
    }
  }

  private static void read(Channel channel, MethodDescriptor<?, ?> method, byte[] message) {
    boolean ends = !"SubscribeEvents".equals(method.getBareMethodName());
    var answers =
        ClientCalls.blockingServerStreamingCall(
            channel,
            method.toBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
            message);
    boolean goesOn = answers.hasNext();
    while (goesOn) {
      answers.next();
      goesOn = ends && answers.hasNext();
    }
  }
}
