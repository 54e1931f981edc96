package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.Event;
import chronicle.event.v1.Event.PayloadCase;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.RecordedEvent.Balances;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event that was ever written is read as it was meant, by the code of today. */
final class CorpusTest {
  private static final String ADDED_BY = "a new entry is added by ./chronicle renew corpus";

  @BeforeAll
  static void addWhatIsNew() throws IOException {
    if (Boolean.getBoolean("renew")) {
      Corpus.add();
    }
  }

  static List<Corpus.Entry> entries() throws IOException {
    return Corpus.entries();
  }

  @Test
  void noFileEverChangesOrGoes() throws IOException {
    var changed = Corpus.digestsWritten();
    changed.entrySet().removeAll(Corpus.digestsFound().entrySet());

    assertThat(changed.keySet()).as("files that changed or went").isEmpty();
  }

  @Test
  void everyFileIsWrittenDown() throws IOException {
    var added = Corpus.digestsFound();
    added.keySet().removeAll(Corpus.digestsWritten().keySet());

    assertThat(added.keySet()).as(ADDED_BY).isEmpty();
  }

  @Test
  void everyVersionOfEveryTypeIsThere() throws IOException {
    var versions =
        Event.getDescriptor().getOneofs().getFirst().getFields().stream()
            .flatMap(CorpusTest::versions);

    assertThat(entries())
        .extracting(CorpusTest::typeAndVersion)
        .as(ADDED_BY)
        .containsAll(versions.toList());
  }

  @ParameterizedTest
  @MethodSource("entries")
  void theTwinSaysTheSame(Corpus.Entry entry) throws IOException {
    assertThat(Corpus.twin(entry)).isEqualTo(entry.event());
    assertThat(entry.name())
        .isEqualTo("%04d-%s".formatted(entry.event().getPosition(), typeAndVersion(entry)));
  }

  @ParameterizedTest
  @MethodSource("entries")
  @DisplayName("G10: an event of any version is read, and written as the newest says")
  void anEventIsReadAndWrittenInItsNewestVersion(Corpus.Entry entry)
      throws InvalidProtocolBufferException {
    EncodedEvent written = EventCodec.encode(LedgerId.MAIN, decode(entry.event()));

    assertThat(Event.parseFrom(written.bytes())).isEqualTo(Upcasters.upcast(entry.event()));
  }

  @ParameterizedTest
  @CsvSource({
    "carol, 7, USD, 472550, 0, 472550",
    "dave,  3, USD,      0, 0,  10000",
    "alice, 11, EUR, 70500, 0,  90500",
    "bob,   7, EUR,      0, 0,      0"
  })
  @DisplayName("G10: events of all versions fold into the balances that stand in the log")
  void anAccountFolds(
      String account, long version, String currency, long posted, long held, long available)
      throws IOException {
    var events = new ArrayList<RecordedEvent>();
    for (Corpus.Entry entry : entries()) {
      if (entry.event().getAccount().equals(account)) {
        events.add(decode(entry.event()));
      }
    }

    AccountAt folded = AccountAt.fold(events);

    assertThat(folded.state().version()).isEqualTo(version);
    assertThat(Balances.of(folded.state()))
        .isEqualTo(new Balances(currency, posted, held, available));
  }

  @ParameterizedTest
  @CsvSource({
    "salary-1, POSTED",
    "rent-1, POSTED",
    "rent-1-back, POSTED",
    "order-1, POSTED",
    "order-2, VOIDED",
    "order-3, EXPIRED"
  })
  void aTransactionFolds(String transaction, TransactionRow.Status status) throws IOException {
    var byCommand = new LinkedHashMap<CommandId, List<RecordedEvent>>();
    for (Corpus.Entry entry : entries()) {
      if (entry.event().getTransactionId().equals(transaction)) {
        RecordedEvent event = decode(entry.event());
        byCommand.computeIfAbsent(event.cause().commandId(), _ -> new ArrayList<>()).add(event);
      }
    }

    TransactionAt folded = TransactionAt.UNKNOWN;
    for (List<RecordedEvent> events : byCommand.values()) {
      folded = folded.evolve(events);
    }

    assertThat(folded.status()).isEqualTo(status);
  }

  @Test
  void positionsHaveNoGap() throws IOException {
    assertThat(entries())
        .extracting(entry -> (int) entry.event().getPosition())
        .isEqualTo(IntStream.rangeClosed(1, entries().size()).boxed().toList());
  }

  @Test
  void depositsOfVersionOneWereInDollars() throws IOException {
    assertThat(entries())
        .extracting(Corpus.Entry::event)
        .filteredOn(event -> event.hasMoneyDeposited() && event.getSchemaVersion() == 1)
        .isNotEmpty()
        .allSatisfy(
            event -> assertThat(event.getMoneyDeposited().getAmount().getCurrencyCode()).isEmpty())
        .extracting(Upcasters::upcast)
        .allSatisfy(event -> {
          assertThat(event.getMoneyDeposited().getAmount())
              .isEqualTo(Messages.money("USD", 250_000));
          assertThat(event.getBalancesAfter().getCurrencyCode()).isEqualTo("USD");
        });
  }

  private static Stream<String> versions(FieldDescriptor type) {
    int newest = Upcasters.newestVersion(PayloadCase.forNumber(type.getNumber()));
    return IntStream.rangeClosed(1, newest)
        .mapToObj(version -> type.getMessageType().getName() + "-v" + version);
  }

  private static String typeAndVersion(Corpus.Entry entry) {
    Event event = entry.event();
    return Event.getDescriptor()
            .findFieldByNumber(event.getPayloadCase().getNumber())
            .getMessageType()
            .getName()
        + "-v"
        + event.getSchemaVersion();
  }

  private static RecordedEvent decode(Event event) {
    return EventCodec.decode(LedgerId.MAIN, event.getPosition(), event.toByteArray());
  }
}
