package chronicle.chaos;

import com.google.common.io.ByteStreams;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

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

  /** What a call brings, one after the other. */
  private sealed interface Arrival {
    record Answer(ByteString bytes) implements Arrival {}

    record End(Optional<Throwable> thrown) implements Arrival {}
  }

  /**
   * Sends the messages and reads {@code max} answers at most, then leaves; throws as a blocking
   * stub does. An answer that is not there after {@code wait} is not waited for. Answers arrive
   * while messages are sent: a service may end the call before it has read all of them, and who
   * waits for room to send first, as the blocking call does, does not hear of it.
   */
  static List<byte[]> call(
      Channel channel, MethodDescriptor<?, ?> method, List<byte[]> messages, int max, Duration wait)
      throws InterruptedException {
    var call =
        channel.newCall(
            method.toBuilder(BYTES, BYTES)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build(),
            CallOptions.DEFAULT.withDeadlineAfter(ANSWER_MAX));
    var arrivals = new LinkedBlockingQueue<Arrival>();
    var requests = ClientCalls.asyncBidiStreamingCall(call, new Arrivals(arrivals));
    try {
      messages.forEach(requests::onNext);
      requests.onCompleted();
      return answers(arrivals, max, wait);
    } finally {
      call.cancel("seen enough", null);
    }
  }

  private static List<byte[]> answers(BlockingQueue<Arrival> arrivals, int max, Duration wait)
      throws InterruptedException {
    var answers = new ArrayList<byte[]>();
    while (answers.size() < max) {
      switch (arrivals.poll(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        case Arrival.Answer(var bytes) -> answers.add(bytes.toByteArray());
        case Arrival.End(var thrown) when thrown.isPresent() -> {
          var status = Status.fromThrowable(thrown.get());
          throw status.asRuntimeException(Status.trailersFromThrowable(thrown.get()));
        }
        case Arrival.End _ -> {
          return answers;
        }
        case null -> {
          return answers;
        }
      }
    }
    return answers;
  }

  private record Arrivals(BlockingQueue<Arrival> arrivals) implements StreamObserver<byte[]> {
    @Override
    public void onNext(byte[] answer) {
      arrivals.add(new Arrival.Answer(ByteString.copyFrom(answer)));
    }

    @Override
    public void onError(Throwable thrown) {
      arrivals.add(new Arrival.End(Optional.of(thrown)));
    }

    @Override
    public void onCompleted() {
      arrivals.add(new Arrival.End(Optional.empty()));
    }
  }
}
