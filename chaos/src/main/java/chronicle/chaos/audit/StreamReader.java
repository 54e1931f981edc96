package chronicle.chaos.audit;

import com.google.protobuf.ByteString;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the JetStream stream of a ledger, message by message, as anyone can. */
final class StreamReader {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final String url;
  private final String stream;

  StreamReader(String url, String ledger) {
    this.url = url;
    this.stream = "CHRONICLE_" + ledger;
  }

  /** All that the stream holds, once it has come to the head; empty if it did not in time. */
  Optional<List<Log.Message>> read(long head, long untilNanos) throws InterruptedException {
    do {
      try {
        var messages = readOnce(head);
        if (messages.isPresent()) {
          return messages;
        }
      } catch (IOException | JetStreamApiException e) {
        // The next attempt, if there is time for one, may do better.
      }
      Thread.sleep(PAUSE);
    } while (System.nanoTime() < untilNanos);
    return Optional.empty();
  }

  private Optional<List<Log.Message>> readOnce(long head)
      throws IOException, JetStreamApiException, InterruptedException {
    var nats = Nats.connect(Options.builder().server(url).maxReconnects(0).build());
    try {
      var state = nats.jetStreamManagement().getStreamInfo(stream).getStreamState();
      return state.getLastSequence() >= head
          ? Optional.of(messages(nats, state.getFirstSequence(), state.getLastSequence()))
          : Optional.empty();
    } finally {
      nats.close();
    }
  }

  private List<Log.Message> messages(Connection nats, long first, long last)
      throws IOException, JetStreamApiException {
    var messages = new ArrayList<Log.Message>();
    var management = nats.jetStreamManagement();
    for (long sequence = Math.max(1, first); sequence <= last; sequence++) {
      var message = management.getMessage(stream, sequence);
      messages.add(new Log.Message(message.getSeq(), ByteString.copyFrom(message.getData())));
    }
    return messages;
  }
}
