package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.runtime.NatsLink;
import com.google.protobuf.InvalidProtocolBufferException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.StreamInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A ledger's JetStream stream, whose sequence is the ledger's position. The consumer is ephemeral
 * and bound to the stream that was examined: it dies with the stream, so what it delivers is of the
 * right incarnation. Belongs to one thread.
 */
final class StreamReader implements AutoCloseable {
  private static final int PULL_EVENTS = 4_096;
  private static final int READ_BYTES_MAX = 4 * 1024 * 1024;
  private static final Duration CONSUMER_IDLE_MAX = Duration.ofMinutes(1);

  private final NatsLink nats;
  private final Checkpoint checkpoint;
  private final String stream;
  private Optional<JetStreamSubscription> subscription = Optional.empty();
  private long next;
  private int outstanding;

  /** Reads the stream of the checkpoint's ledger, if it is of the same incarnation. */
  StreamReader(NatsLink nats, Checkpoint checkpoint) {
    this.nats = nats;
    this.checkpoint = checkpoint;
    this.stream = "CHRONICLE_" + checkpoint.ledger();
  }

  /**
   * The events from a position on that are there, at most {@code max}; waits up to {@code wait} for
   * the first and answers none if it did not come. Throws {@link StreamLost} where the stream can't
   * go on from that position, {@link WrongIncarnation}.
   */
  List<Event> read(long from, int max, Duration wait) throws StreamLost, InterruptedException {
    if (!nats.connected()) {
      throw lost("NATS is not reachable");
    }
    try {
      if (subscription.isEmpty() || next != from) {
        open(from);
      }
      return receive(subscription.orElseThrow(), max, wait);
    } catch (JetStreamApiException | IOException | IllegalStateException e) {
      throw lost(String.valueOf(e.getMessage()));
    }
  }

  private void open(long from)
      throws StreamLost, InterruptedException, IOException, JetStreamApiException {
    close();
    var connection = nats.await();
    subscription = Optional.of(connection.jetStream().subscribe(null, consumer(from)));
    examine(connection, from);
    next = from;
    outstanding = 0;
  }

  private PullSubscribeOptions consumer(long from) {
    return PullSubscribeOptions.builder().stream(stream)
        .configuration(
            ConsumerConfiguration.builder()
                .filterSubject("chronicle.%s.>".formatted(checkpoint.ledger()))
                .ackPolicy(AckPolicy.None)
                .deliverPolicy(DeliverPolicy.ByStartSequence)
                .startSequence(from)
                .inactiveThreshold(CONSUMER_IDLE_MAX)
                .memStorage(true)
                .numReplicas(1)
                .build())
        .build();
  }

  /** After the consumer was made: what is examined now is what it reads, or it reads nothing. */
  private void examine(Connection connection, long from)
      throws StreamLost, IOException, JetStreamApiException {
    var info = connection.jetStreamManagement().getStreamInfo(stream);
    var incarnation = incarnation(info);
    if (!incarnation.equals(checkpoint.incarnation())) {
      throw new WrongIncarnation(checkpoint, "stream " + stream, incarnation);
    }
    var state = info.getStreamState();
    if (from < state.getFirstSequence() || from > state.getLastSequence() + 1) {
      throw lost(
          "the stream holds %d to %d, due is %d"
              .formatted(state.getFirstSequence(), state.getLastSequence(), from));
    }
  }

  private static String incarnation(StreamInfo info) {
    var metadata = info.getConfiguration().getMetadata();
    return metadata == null ? "" : metadata.getOrDefault("incarnation", "");
  }

  private List<Event> receive(JetStreamSubscription messages, int max, Duration wait)
      throws StreamLost, InterruptedException {
    pull(messages);
    var events = new ArrayList<Event>();
    var bytes = 0;
    var message = messages.nextMessage(wait);
    while (message != null) {
      outstanding--;
      if (message.metaData().streamSequence() >= next) {
        events.add(event(message));
        next++;
      }
      bytes += message.getData().length;
      if (events.size() == max || bytes >= READ_BYTES_MAX) {
        break;
      }
      message = messages.nextMessage((Duration) null); // does not wait
    }
    pull(messages);
    return events;
  }

  /** Lets the server send ahead what this reader can hold, and no more. */
  private void pull(JetStreamSubscription messages) {
    if (outstanding <= PULL_EVENTS / 2) {
      messages.pull(PULL_EVENTS);
      outstanding += PULL_EVENTS;
    }
  }

  private Event event(Message message) throws StreamLost {
    var sequence = message.metaData().streamSequence();
    try {
      var event = Event.parseFrom(message.getData());
      if (sequence != next || event.getPosition() != next) {
        throw lost(
            "position %d came at sequence %d, due is %d"
                .formatted(event.getPosition(), sequence, next));
      }
      return event;
    } catch (InvalidProtocolBufferException e) {
      throw lost("sequence %d holds no event".formatted(sequence));
    }
  }

  private StreamLost lost(String reason) {
    close();
    return new StreamLost(reason);
  }

  /** Drops the consumer; the next read makes a new one. */
  @Override
  public void close() {
    try {
      subscription
          .filter(JetStreamSubscription::isActive)
          .ifPresent(JetStreamSubscription::unsubscribe);
    } catch (IllegalStateException e) {
      // The connection is closed, and the subscription with it.
    }
    subscription = Optional.empty();
  }
}
