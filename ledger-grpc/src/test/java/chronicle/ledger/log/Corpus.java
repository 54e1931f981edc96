package chronicle.ledger.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import chronicle.event.v1.Event;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The golden corpus, one log of events of every version; proto/corpus/README.md says how it grows.
 */
final class Corpus {
  private static final Path DIRECTORY = Path.of("../proto/corpus");
  private static final Path SUMS = DIRECTORY.resolve("SHA256SUMS");
  private static final String BINARY = ".binpb";
  private static final String TEXT = ".txtpb";

  private Corpus() {}

  /** A stored event, under the name that its files share. */
  record Entry(String name, Event event) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** The events in the order of their positions. */
  static List<Entry> entries() throws IOException {
    try (var files = Files.list(DIRECTORY)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(BINARY))
          .sorted()
          .map(name -> name.substring(0, name.length() - BINARY.length()))
          .map(name -> new Entry(name, parsed(name)))
          .toList();
    }
  }

  /** What the entry's readable twin says. */
  static Event twin(Entry entry) throws IOException {
    return text(DIRECTORY.resolve(entry.name + TEXT));
  }

  /** The digests that were written down when the files were added, by file name. */
  static Map<String, String> digestsWritten() throws IOException {
    var digests = new TreeMap<String, String>();
    for (String line : Files.readAllLines(SUMS)) {
      String[] parts = line.split(" {2}", 2);
      digests.put(parts[1], parts[0]);
    }
    return digests;
  }

  /** The digests of the files as they are, by file name. */
  static Map<String, String> digestsFound() throws IOException {
    var digests = new TreeMap<String, String>();
    try (var files = Files.newDirectoryStream(DIRECTORY, "*{" + BINARY + "," + TEXT + "}")) {
      for (Path file : files) {
        digests.put(file.getFileName().toString(), digest(Files.readAllBytes(file)));
      }
    }
    return digests;
  }

  /** Makes the binary of each readable twin that has none, and writes down what is new. */
  static void add() throws IOException {
    try (var texts = Files.newDirectoryStream(DIRECTORY, "*" + TEXT)) {
      for (Path text : texts) {
        Path binary = text.resolveSibling(text.getFileName().toString().replace(TEXT, BINARY));
        if (!Files.exists(binary)) {
          Files.write(binary, serialized(text(text)));
        }
      }
    }
    var added = digestsFound();
    added.keySet().removeAll(Files.exists(SUMS) ? digestsWritten().keySet() : List.of());
    var lines = added.entrySet().stream().map(file -> file.getValue() + "  " + file.getKey());
    Files.write(SUMS, lines.toList(), UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static Event parsed(String name) {
    try {
      return Event.parseFrom(Files.readAllBytes(DIRECTORY.resolve(name + BINARY)));
    } catch (IOException e) {
      throw new IllegalStateException(name, e);
    }
  }

  private static Event text(Path file) throws IOException {
    var event = Event.newBuilder();
    TextFormat.merge(Files.readString(file), event);
    return event.build();
  }

  private static byte[] serialized(Event event) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    event.writeTo(output);
    output.flush();
    return bytes.toByteArray();
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
