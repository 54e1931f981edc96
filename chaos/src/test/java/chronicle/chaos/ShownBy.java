package chronicle.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A test, or a class of them, that says which guarantees it shows: by ids such as G3 in its
 * {@code @DisplayName} or in a {@code @Tag}.
 */
record ShownBy(String module, String name, String sentence, Set<String> ids) {
  private static final String STRING = "\"(?:[^\"\\\\]|\\\\.)*\"";
  private static final Pattern ANNOTATION =
      Pattern.compile(
          "@(?:DisplayName|Tag)\\(\\s*(" + STRING + "(?:\\s*\\+\\s*" + STRING + ")*)\\s*\\)");
  private static final Pattern ANNOTATED =
      Pattern.compile("\\bclass\\s+(\\w+)|\\bvoid\\s+(\\w+)\\s*\\(");
  private static final Pattern ID = Pattern.compile("\\bG\\d+\\b");
  private static final Pattern LEADING_IDS = Pattern.compile("^G\\d+(?:[, ]+G\\d+)*: ");

  /** All of them in all modules, by module and name. */
  static List<ShownBy> all() throws IOException {
    var tests = Path.of("src", "test", "java").toString();
    try (var files = Files.walk(Path.of(".."), 12)) {
      return files
          .filter(file -> file.toString().endsWith(".java") && file.toString().contains(tests))
          .flatMap(file -> in(file).stream())
          .sorted(Comparator.comparing(ShownBy::module).thenComparing(ShownBy::name))
          .toList();
    }
  }

  private static List<ShownBy> in(Path file) {
    var source = read(file);
    var module = file.getName(1).toString();
    var className = file.getFileName().toString().replace(".java", "");
    var found = new ArrayList<ShownBy>();
    var annotation = ANNOTATION.matcher(source);
    while (annotation.find()) {
      var text = text(annotation.group(1));
      var ids = ids(text);
      if (!ids.isEmpty()) {
        var name = annotated(source, annotation.end(), className);
        var sentence = LEADING_IDS.matcher(text).replaceFirst("");
        found.add(new ShownBy(module, name, ids.contains(text) ? "" : sentence, ids));
      }
    }
    return found;
  }

  /** The method or class that an annotation stands before. */
  private static String annotated(String source, int from, String className) {
    var matcher = ANNOTATED.matcher(source);
    if (!matcher.find(from)) {
      throw new IllegalStateException("an annotation before nothing in " + className);
    }
    return matcher.group(1) == null ? className + "." + matcher.group(2) : matcher.group(1);
  }

  private static Set<String> ids(String text) {
    var ids = new LinkedHashSet<String>();
    Matcher matcher = ID.matcher(text);
    while (matcher.find()) {
      ids.add(matcher.group());
    }
    return ids;
  }

  /** What a literal, or a sum of literals, says. */
  private static String text(String literals) {
    return literals
        .replaceAll("\"\\s*\\+\\s*\"", "")
        .replaceAll("^\"|\"$", "")
        .replace("\\\"", "\"");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
