package chronicle.query;

import java.util.List;

/** Key-value pairs that are all wanted, each given as {@code key=value}. */
record Labels(List<String> pairs) {
  static Labels of(List<String> pairs) {
    return new Labels(List.copyOf(pairs));
  }

  String[] keys() {
    return pairs.stream().map(pair -> pair.substring(0, pair.indexOf('='))).toArray(String[]::new);
  }

  String[] values() {
    return pairs.stream().map(pair -> pair.substring(pair.indexOf('=') + 1)).toArray(String[]::new);
  }
}
