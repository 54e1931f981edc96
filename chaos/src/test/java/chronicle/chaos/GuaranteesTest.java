package chronicle.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.audit.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each guarantee has a test that shows it, and the page says which. */
final class GuaranteesTest {
  private static final Path PAGE = Path.of("../docs/GUARANTEES.md");
  private static final Set<String> IDS =
      Arrays.stream(Guarantee.values()).map(Guarantee::name).collect(Collectors.toSet());

  @Test
  void noTestNamesAnUnknownGuarantee() throws IOException {
    assertThat(ShownBy.all()).allSatisfy(test -> assertThat(IDS).containsAll(test.ids()));
  }

  @Test
  void everyGuaranteeIsShownByATestOrPlanned() throws IOException {
    var tests = ShownBy.all();

    assertThat(Guarantee.values())
        .filteredOn(guarantee -> !GuaranteesPage.PLANNED.contains(guarantee))
        .allSatisfy(
            guarantee -> assertThat(tests).anyMatch(test -> test.ids().contains(guarantee.name())));
  }

  @Test
  void everyRuleOfTheAuditBelongsToAGuarantee() {
    assertThat(Rule.values()).allSatisfy(rule -> assertThat(IDS).contains(rule.guarantee()));
  }

  @Test
  void thePageSaysWhatTheTestsSay() throws IOException {
    var text = GuaranteesPage.text(ShownBy.all());
    if (Boolean.getBoolean("renew")) {
      Files.writeString(PAGE, text);
    }

    assertThat(PAGE).as("./chronicle renew guarantees makes it anew").hasContent(text);
  }
}
