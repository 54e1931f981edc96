package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import chronicle.event.v1.Event;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every event that was ever written is projected as it was meant; proto/corpus/README.md says what
 * the corpus is.
 */
final class CorpusTest {
  private static final Path DIRECTORY = Path.of("../proto/corpus");

  @Test
  @DisplayName("G7: the log of events of all versions is projected, and its books balance")
  void theCorpusIsProjected() throws IOException {
    var rows = Fold.fold("main", 0, Stored.NOTHING, events());

    assertThat(rows.accounts().values())
        .extracting(
            Account::accountId, Account::version, Account::status, Account::posted, Account::held)
        .containsExactlyInAnyOrder(
            tuple("carol", 7L, Account.Status.ACTIVE, BigInteger.valueOf(472_550), 0L),
            tuple("dave", 3L, Account.Status.ACTIVE, BigInteger.ZERO, 0L),
            tuple("alice", 11L, Account.Status.ACTIVE, BigInteger.valueOf(70_500), 0L),
            tuple("bob", 7L, Account.Status.ACTIVE, BigInteger.ZERO, 0L),
            tuple("external:USD", 0L, Account.Status.ACTIVE, BigInteger.valueOf(-472_550), 0L),
            tuple("external:EUR", 0L, Account.Status.ACTIVE, BigInteger.valueOf(-70_500), 0L));
  }

  @Test
  void depositsOfVersionOneWereInDollars() throws IOException {
    var rows = Fold.fold("main", 0, Stored.NOTHING, events());

    assertThat(rows.entries())
        .filteredOn(entry -> entry.position() == 4 || entry.position() == 5)
        .extracting(
            Entry::accountId, Entry::currencyCode, Entry::amount, Entry::counterpartyAccount)
        .containsExactly(
            tuple("carol", "USD", 250_000L, "external:USD"),
            tuple("carol", "USD", 250_000L, "external:USD"));
  }

  private static List<Event> events() throws IOException {
    var events = new ArrayList<Event>();
    try (var files = Files.list(DIRECTORY)) {
      for (var file : files.filter(it -> it.toString().endsWith(".binpb")).sorted().toList()) {
        events.add(Event.parseFrom(Files.readAllBytes(file)));
      }
    }
    return events;
  }
}
