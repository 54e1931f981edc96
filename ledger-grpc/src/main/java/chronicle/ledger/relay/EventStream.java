package chronicle.ledger.relay;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventCodec;
import chronicle.ledger.log.Head;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.PublishOptions;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One ledger's stream, whose sequence numbers are the ledger's positions. */
final class EventStream {
  private static final String INCARNATION = "incarnation";
  private static final int STREAM_NOT_FOUND = 10059;
  private static final int STREAM_NAME_IN_USE = 10058;

  /** What is older is read from the log itself. */
  private static final Duration AGE_MAX = Duration.ofDays(7);

  private final LedgerId ledger;
  private final String name;
  private final int replicas;
  private final JetStream publisher;
  private final JetStreamManagement management;

  EventStream(LedgerId ledger, Connection connection, int replicas) throws IOException {
    this.ledger = ledger;
    this.name = "CHRONICLE_" + ledger;
    this.replicas = replicas;
    publisher = connection.jetStream();
    management = connection.jetStreamManagement();
  }

  /**
   * Returns the last position in the stream. A stream that is missing is made, to begin after the
   * head; one of another log throws {@link WrongLogException}.
   */
  long open(Head head) throws IOException, JetStreamApiException {
    Optional<StreamInfo> found = find();
    StreamInfo stream = found.isPresent() ? found.get() : create(head);
    Map<String, String> metadata = stream.getConfiguration().getMetadata();
    String incarnation = metadata == null ? "" : metadata.getOrDefault(INCARNATION, "");
    if (!head.incarnation().equals(incarnation)) {
      throw new WrongLogException(
          "stream %s belongs to incarnation '%s' of the ledger, the log is '%s'"
              .formatted(name, incarnation, head.incarnation()));
    }
    return stream.getStreamState().getLastSequence();
  }

  /** Publishes the event as the next one; the acknowledgement fails where it is not. */
  CompletableFuture<PublishAck> publish(EncodedEvent event) {
    var headers = new Headers().put("Content-Type", "application/x-protobuf");
    String traceparent = EventCodec.traceparent(event);
    if (!traceparent.isEmpty()) {
      headers.put("traceparent", traceparent);
    }
    var message =
        NatsMessage.builder()
            .subject("chronicle." + ledger + "." + event.type())
            .headers(headers)
            .data(event.bytes())
            .build();
    return publisher.publishAsync(
        message, PublishOptions.builder().expectedLastSequence(event.position() - 1).build());
  }

  private Optional<StreamInfo> find() throws IOException, JetStreamApiException {
    try {
      return Optional.of(management.getStreamInfo(name));
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == STREAM_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private StreamInfo create(Head head) throws IOException, JetStreamApiException {
    var configuration =
        StreamConfiguration.builder()
            .name(name)
            .subjects("chronicle." + ledger + ".>")
            .storageType(StorageType.File)
            .replicas(replicas)
            .discardPolicy(DiscardPolicy.Old)
            .maxAge(AGE_MAX)
            .firstSequence(head.position() + 1)
            .metadata(Map.of(INCARNATION, head.incarnation()))
            .build();
    try {
      return management.addStream(configuration);
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == STREAM_NAME_IN_USE) {
        return management.getStreamInfo(name);
      }
      throw e;
    }
  }
}
