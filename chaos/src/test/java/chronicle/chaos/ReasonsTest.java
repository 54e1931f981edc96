package chronicle.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.error.v1.ErrorReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of reasons promises neither too much nor too little. */
final class ReasonsTest {
  /** Nothing authenticates callers yet. */
  private static final Set<ErrorReason> PLANNED =
      Set.of(ErrorReason.UNAUTHENTICATED, ErrorReason.PERMISSION_DENIED);

  /** Code that is told reasons and gives none. */
  private static final Path CLIENTS = Path.of("..", "chaos", "src", "main");

  private static final String MAIN = sources("main");
  private static final String TESTS = sources("test");

  static Stream<ErrorReason> reasons() {
    return Stream.of(ErrorReason.values())
        .filter(reason ->
            reason != ErrorReason.ERROR_REASON_UNSPECIFIED && reason != ErrorReason.UNRECOGNIZED);
  }

  @ParameterizedTest
  @MethodSource("reasons")
  @DisplayName("G13: every reason is given by some code and provoked by some test, or planned")
  void everyReasonIsGivenAndProvoked(ErrorReason reason) {
    var isNamed = Pattern.compile("\\b%s\\b".formatted(reason.name())).asPredicate();

    assertThat(isNamed.test(MAIN)).isEqualTo(!PLANNED.contains(reason));
    assertThat(isNamed.test(TESTS)).isEqualTo(!PLANNED.contains(reason));
  }

  /**
   * All code of that kind in all modules, comments, this class and what only hears of reasons left
   * out.
   */
  private static String sources(String kind) {
    var kindOfSource = Path.of("src", kind, "java");
    try (var files = Files.walk(Path.of(".."), 12)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> file.toString().contains(kindOfSource.toString()))
          .filter(file -> !file.endsWith("ReasonsTest.java") && !file.startsWith(CLIENTS))
          .map(ReasonsTest::code)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String code(Path file) {
    try {
      return Files.readString(file).replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
