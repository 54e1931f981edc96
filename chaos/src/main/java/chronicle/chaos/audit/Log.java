package chronicle.chaos.audit;

import chronicle.event.v1.Event;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * What the log and its stream hold after a load.
 *
 * @param events the whole log, in the order in which it was read
 * @param stream the messages of the JetStream stream, if they were to be read
 */
public record Log(List<Event> events, Optional<List<Message>> stream) {
  /** Keeps copies. */
  public Log {
    events = List.copyOf(events);
    stream = stream.map(List::copyOf);
  }

  /** One message of the stream. */
  public record Message(long sequence, ByteString body) {}
}
