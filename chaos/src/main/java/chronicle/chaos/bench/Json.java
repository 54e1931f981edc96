package chronicle.chaos.bench;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Writes JSON. */
final class Json {
  private Json() {}

  /** An object of names and the JSON of their values, in turns. */
  static String object(Object... namesAndValues) {
    var object = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add("\"%s\": %s".formatted(namesAndValues[i], namesAndValues[i + 1]));
    }
    return object.toString();
  }

  static String array(List<String> values) {
    return "[" + String.join(",\n", values) + "]";
  }

  static String strings(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> string(entry.getKey()) + ": " + string(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  static String string(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  static String number(OptionalDouble value) {
    return value.isEmpty() ? "null" : number(value.getAsDouble());
  }

  /** null for what is no number, which JSON can't say. */
  static String number(double value) {
    return Double.isFinite(value) ? Double.toString(value) : "null";
  }
}
