package chronicle.chaos.audit;

import chronicle.event.v1.Event;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A log in a file: one event a line, as Protobuf's JSON. */
public final class LogFile {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  private LogFile() {}

  /** Writes the events; what was in the file is gone. */
  public static void write(Path file, List<Event> events) throws IOException {
    var lines = new ArrayList<String>();
    for (Event event : events) {
      lines.add(PRINTER.print(event));
    }
    Files.write(file, lines);
  }

  /** Reads what was written. */
  public static List<Event> read(Path file) throws IOException {
    var events = new ArrayList<Event>();
    for (String line : Files.readAllLines(file)) {
      var event = Event.newBuilder();
      JsonFormat.parser().merge(line, event);
      events.add(event.build());
    }
    return events;
  }
}
