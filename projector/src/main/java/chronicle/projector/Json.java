package chronicle.projector;

import java.util.Map;

/** Writes JSON. */
final class Json {
  private Json() {}

  /** The map as a JSON object of strings. */
  static String object(Map<String, String> map) {
    if (map.isEmpty()) {
      return "{}";
    }
    var json = new StringBuilder();
    map.forEach((key, value) -> {
      json.append(json.isEmpty() ? '{' : ',');
      string(json, key);
      json.append(':');
      string(json, value);
    });
    return json.append('}').toString();
  }

  private static void string(StringBuilder json, String value) {
    json.append('"');
    for (var i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}
