package chronicle.chaos;

import com.google.common.io.ByteStreams;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Calls with bytes of one's own in place of messages. */
final class RawCalls {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
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

  /** Sends the bytes and reads all answers; throws as a blocking stub does. */
  static void call(Channel channel, MethodDescriptor<?, ?> method, byte[] message) {
    var answers =
        ClientCalls.blockingServerStreamingCall(
            channel,
            method.toBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(ANSWER_MAX),
            message);
    while (answers.hasNext()) {
      answers.next();
    }
  }

  /**
   * Sends the messages and reads {@code max} answers at most, then leaves; throws as a blocking
   * stub does. An answer that is not there after {@code wait} is not waited for.
   */
  static List<byte[]> call(
      Channel channel, MethodDescriptor<?, ?> method, List<byte[]> messages, int max, Duration wait)
      throws InterruptedException {
    var call =
        ClientCalls.blockingBidiStreamingCall(
            channel,
            method.toBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(ANSWER_MAX));
    var answers = new ArrayList<byte[]>();
    try {
      for (byte[] message : messages) {
        call.write(message);
      }
      call.halfClose();
      while (answers.size() < max) {
        byte[] answer = call.read(wait.toNanos(), TimeUnit.NANOSECONDS);
        if (answer == null) {
          break;
        }
        answers.add(answer);
      }
    } catch (StatusException e) {
      throw e.getStatus().asRuntimeException(e.getTrailers());
    } catch (TimeoutException e) {
      // Nothing more to come for now.
    } finally {
      call.cancel("seen enough", null);
    }
    return answers;
  }
}
