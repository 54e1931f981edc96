package chronicle.ledger.relay;

import static io.nats.client.support.NatsJetStreamConstants.EXPECTED_LAST_SEQ_HDR;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventCodec;
import chronicle.ledger.log.Head;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Message;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
  private final Connection connection;
  private final JetStream publisher;
  private final JetStreamManagement management;

  EventStream(LedgerId ledger, Connection connection, int replicas) throws IOException {
    this.ledger = ledger;
    this.name = "CHRONICLE_" + ledger;
    this.replicas = replicas;
    this.connection = connection;
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

  /**
   * Publishes adjacent events, each as the one after the sequence before it. The acknowledgement is
   * that of the last: it stands for all, since the last is not taken where one before it was not.
   */
  CompletableFuture<PublishAck> publish(List<EncodedEvent> events) {
    for (EncodedEvent event : events.subList(0, events.size() - 1)) {
      connection.publish(message(event));
    }
    return publisher.publishAsync(message(events.getLast()));
  }

  private Message message(EncodedEvent event) {
    var headers =
        new Headers()
            .put("Content-Type", "application/x-protobuf")
            .put(EXPECTED_LAST_SEQ_HDR, Long.toString(event.position() - 1));
    String traceparent = EventCodec.traceparent(event);
    if (!traceparent.isEmpty()) {
      headers.put("traceparent", traceparent);
    }
    return NatsMessage.builder()
        .subject("chronicle." + ledger + "." + event.type())
        .headers(headers)
        .data(event.bytes())
        .build();
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
