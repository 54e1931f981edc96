package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.query.History.Fact;
import chronicle.query.v1.DownloadStatementRequest;
import chronicle.query.v1.DownloadStatementRequest.Format;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.GenerateStatementResponse;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader.Axis;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.grpc.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementIT {
  private static final List<Axis> AXES = List.of(Axis.RECORD_TIME, Axis.EFFECTIVE_TIME);

  private static QueryFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("G10: a statement on either axis, as known at a position, equals a replay")
  void aStatementEqualsAReplay(long seed) {
    var history = random("replayed-" + seed, seed);
    var random = new SplittableRandom(seed);
    for (var account : history.accounts()) {
      for (var i = 0; i < 12; i++) {
        var position = history.commandEnd(1 + random.nextLong(history.head()));
        if (history.replay(account, Math.max(position, 1)).isEmpty() || position == 0) {
          continue;
        }
        var start = time(history, random);
        var end = time(history, random);
        if (start.isBefore(end)) {
          AXES.forEach(axis -> assertReplay(history, account, start, end, axis, position));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Axis.class,
      names = {"RECORD_TIME", "EFFECTIVE_TIME"})
  @DisplayName("G10: where a period closes the next one opens, and together they are one")
  void periodsJoin(Axis axis) {
    var history = random("periods-" + axis.getNumber(), 11);
    for (var account : history.accounts()) {
      var asked = asked(history, account).setAxis(axis).setAtPosition(history.head());
      var whole = statement(asked);
      var random = new SplittableRandom(11);
      var ends = new ArrayList<Instant>();
      for (var i = 0; i < 5; i++) {
        ends.add(time(history, random));
      }
      ends.add(history.clock().plusSeconds(1));
      var from = history.clock().minus(Duration.ofDays(1));
      var entries = new ArrayList<StatementEntry>();
      var balance = 0L;
      for (var end : ends.stream().sorted().distinct().toList()) {
        var part = statement(asked.setStartTime(timestamp(from)).setEndTime(timestamp(end)));
        assertThat(part.opening()).isEqualTo(balance);
        balance = part.closing();
        entries.addAll(part.entries());
        from = end;
      }

      assertThat(balance).isEqualTo(whole.closing());
      assertThat(entries).isEqualTo(whole.entries());
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Axis.class,
      names = {"RECORD_TIME", "EFFECTIVE_TIME"})
  @DisplayName(
      "G10: as of the same position a statement is the same bytes, whatever was written since, and"
          + " after a rebuild")
  void theSameStatementIsTheSameBytes(Axis axis) {
    var history = random("same-" + axis.getNumber(), 21);
    var random = new SplittableRandom(21);
    var asked = asked(history, history.accounts().getFirst()).setAxis(axis);
    asked.setAtPosition(statement(asked).header().getReadPosition());
    var before = bytes(asked);
    var frames = frames(asked);

    for (var i = 0; i < 3; i++) {
      history.grow(random, 40);
      fixture.rows.project(history);
      assertThat(frames(asked)).isEqualTo(frames);
      assertThat(bytes(asked)).isEqualTo(before);
    }
    wipe(history.ledger());
    fixture.rows.project(history);

    assertThat(bytes(asked)).isEqualTo(before);
    assertThat(statement(asked.clone().clearAtPosition()).header().getReadPosition())
        .isGreaterThan(asked.getAtPosition());
  }

  @Test
  @DisplayName("G10: however the moment is named, the statement of its position is the same bytes")
  void theMomentsNameSaysNothing() {
    var history = random("named", 31);
    var fact = history.fact(history.head() - 20);
    var asked = asked(history, history.accounts().getFirst());
    var byTime = asked.clone().setAt(timestamp(fact.recordTime()));
    var position = history.positionAt(fact.recordTime());

    assertThat(bytes(byTime)).isEqualTo(bytes(asked.clone().setAtPosition(position)));
    assertThat(bytes(byTime)).isNotEqualTo(bytes(asked));
  }

  @Test
  @DisplayName("G10: what was backdated stands where it took effect, once it is known")
  void whatWasBackdatedStandsWhereItTookEffect() {
    var history = fixture.history("late");
    history.open("a");
    history.tick(1_000_000);
    history.deposit("a", 100);
    var middle = history.clock();
    history.tick(1_000_000);
    history.deposit("a", 10);
    var known = history.head();
    history.tick(1_000_000);
    history.backdate(Duration.ofMillis(1_500));
    history.transfer("a", openedBeside(history), 30);
    history.backdate(Duration.ZERO);
    fixture.rows.project(history);
    var asked =
        asked(history, "a")
            .setAxis(Axis.EFFECTIVE_TIME)
            .setEndTime(timestamp(middle.plusMillis(1)));

    assertThat(statement(asked).closing()).isEqualTo(100);
    asked.setEndTime(timestamp(middle.plusSeconds(5)));
    assertThat(balances(statement(asked))).containsExactly(100L, 70L, 80L);
    assertThat(balances(statement(asked.clone().setAtPosition(known)))).containsExactly(100L, 110L);
    assertThat(balances(statement(asked.clone().setAxis(Axis.RECORD_TIME))))
        .containsExactly(100L, 110L, 80L);
  }

  @Test
  void aStatementOfManyEntriesComesWholeAndInOrder() {
    var history = fixture.history("many");
    history.open("a");
    for (var i = 0; i < 2_300; i++) {
      history.tick(i % 3 == 0 ? 1 : 0);
      history.deposit("a", 1);
    }
    fixture.rows.project(history);
    var statement = statement(asked(history, "a"));

    assertThat(statement.entries()).hasSize(2_300);
    assertThat(statement.positions()).isSorted().doesNotHaveDuplicates();
    assertThat(statement.closing()).isEqualTo(2_300);
    assertThat(frames(asked(history, "a")).stream().filter(GenerateStatementResponse::hasEntries))
        .extracting(frame -> frame.getEntries().getEntriesCount())
        .containsExactly(500, 500, 500, 500, 300);
  }

  @Test
  void whatNeverMovedMoneyIsNoEntry() {
    var history = fixture.history("held");
    history.open("a");
    history.deposit("a", 10);
    history.hold("a", 3);
    history.release(history.pending().getFirst(), "HoldVoided");
    fixture.rows.project(history);

    for (var axis : AXES) {
      assertThat(statement(asked(history, "a").setAxis(axis)).positions()).containsExactly(3L);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Format.class, mode = Mode.EXCLUDE, names = "UNRECOGNIZED")
  void documentsSayWhatTheyAreOf(Format format) {
    var history = fixture.history("documents-" + format.getNumber());
    history.open("a");
    history.label("<b>&\"rent\"");
    history.deposit("a", 123_456);
    fixture.rows.project(history);
    var document = document(asked(history, "a"), format).toStringUtf8();

    assertThat(document)
        .contains(
            switch (format) {
              case FORMAT_UNSPECIFIED, JSON -> "\"minor_units\":\"123456\"";
              case CSV -> "\"<b>&\"\"rent\"\"\",1234.56,1234.56,USD\r\n";
              case HTML ->
                  "<bdi>&lt;b&gt;&amp;&quot;rent&quot;</bdi></td><td class=\"money\">1,234.56";
              case UNRECOGNIZED -> throw new IllegalStateException();
            });
  }

  @Test
  @DisplayName("G13: what no statement can be made of is refused")
  void whatNoStatementCanBeMadeOfIsRefused() {
    var history = fixture.history("refused");
    history.open("a");
    history.tick(10);
    history.deposit("a", 10);
    fixture.rows.project(history);
    var asked = asked(history, "a");

    assertRefused(asked.clone().clearStartTime(), "INVALID_REQUEST");
    assertRefused(asked.clone().clearEndTime(), "INVALID_REQUEST");
    assertRefused(asked.clone().setEndTime(asked.getStartTime()), "INVALID_REQUEST");
    assertRefused(asked.clone().setAxisValue(9), "INVALID_REQUEST");
    assertRefused(asked.clone().setAccount("b"), "ACCOUNT_NOT_FOUND");
    assertRefused(asked.clone().setAtPosition(1), "ACCOUNT_NOT_FOUND");
    assertRefused(asked.clone().setAtPosition(4), "POSITION_UNKNOWN");
    assertRefused(asked.clone().setAt(timestamp(history.clock().plusSeconds(9))), "TIME_IN_FUTURE");
    assertRefused(asked.clone().setLedger("none"), "LEDGER_NOT_FOUND");
  }

  @Test
  void aPeriodMayReachFromTheFirstYearToTheLast() {
    var history = fixture.history("ages");
    history.open("a");
    history.deposit("a", 10);
    fixture.rows.project(history);

    for (var axis : AXES) {
      var asked =
          asked(history, "a")
              .setAxis(axis)
              .setStartTime(timestamp(Instant.parse("0001-01-01T00:00:00Z")))
              .setEndTime(timestamp(Instant.parse("9999-12-31T23:59:59.999999Z")));
      assertThat(statement(asked).closing()).isEqualTo(10);
    }
  }

  @Test
  @DisplayName("G13: a server that makes all the statements it may says so, and then makes more")
  void aBusyServerRefusesAStatement() {
    var history = fixture.history("busy");
    history.open("a");
    fixture.rows.project(history);
    fixture.rows.execute(
        """
        INSERT INTO entries
        SELECT generation, ledger_id, n, 'a', n, 'MoneyDeposited', 'USD', 1, n - 2, 0, n - 2, 'c', 't', 0, 1, 'external:USD',
          '2026-02-01Z'::timestamptz + n * interval '1 ms', '2026-02-01Z', '', '{}'
        FROM projection_checkpoint, generate_series(3, 30000) n WHERE ledger_id = 'busy';
        UPDATE projection_checkpoint SET position = 30000, record_time = '2026-02-02Z' WHERE ledger_id = 'busy'
        """);
    var asked = asked(history, "a").setEndTime(timestamp(Instant.parse("2026-02-02T00:00:00Z")));
    var unread = Context.current().withCancellation();
    try {
      for (var i = 0; i < StatementAnswers.STATEMENTS_MAX; i++) {
        unread.call(() -> fixture.queries.generateStatement(asked.build()).next());
      }
      assertRefused(asked, "RATE_LIMITED");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      unread.cancel(null);
    }

    await().ignoreExceptions().until(() -> statement(asked).entries().size() == 29_998);
  }

  @Test
  @DisplayName("G8: a read model that is filled anew cuts no statement short")
  void aReadModelBeingFilledAnewCutsNothingShort() {
    var history = random("refilled", 41);
    var asked = asked(history, history.accounts().getFirst()).setAtPosition(history.head());
    var whole = bytes(asked);
    wipe(history.ledger());
    fixture.rows.project(history, history.head() / 2);
    var halfway =
        refusal(() ->
            frames(
                asked.clone().setMaxWait(com.google.protobuf.Duration.newBuilder().setNanos(1))));
    fixture.rows.project(history);

    assertThat(halfway.reason()).isEqualTo("PROJECTION_BEHIND");
    assertThat(bytes(asked)).isEqualTo(whole);
  }

  private static void assertReplay(
      History history, String account, Instant start, Instant end, Axis axis, long position) {
    var asked =
        asked(history, account)
            .setStartTime(timestamp(start))
            .setEndTime(timestamp(end))
            .setAxis(axis)
            .setAtPosition(position);
    var statement = statement(asked);
    var posted = posted(history, account, axis, position);
    var within =
        posted.stream()
            .filter(fact -> !time(fact, axis).isBefore(start) && time(fact, axis).isBefore(end))
            .toList();
    var opening = sum(posted.stream().filter(fact -> time(fact, axis).isBefore(start)).toList());

    assertThat(statement.header().getReadPosition()).isEqualTo(position);
    assertThat(statement.opening()).isEqualTo(opening);
    assertThat(statement.closing()).isEqualTo(opening + sum(within));
    assertThat(statement.positions()).isEqualTo(within.stream().map(Fact::position).toList());
    assertThat(statement.entries())
        .extracting(entry -> entry.getAmount().getMinorUnits())
        .isEqualTo(within.stream().map(fact -> fact.amount().orElseThrow()).toList());
    var balance = opening;
    for (var entry : statement.entries()) {
      balance += entry.getAmount().getMinorUnits();
      assertThat(entry.getBalanceAfter().getMinorUnits()).isEqualTo(balance);
    }
    assertThat(statement.summary().getEntryCount()).isEqualTo(within.size());
    assertThat(statement.summary().getTotalIn().getMinorUnits())
        .isEqualTo(
            Long.toString(sum(within.stream().filter(f -> f.amount().orElse(0L) > 0).toList())));
    assertThat(statement.summary().getTotalOut().getMinorUnits())
        .isEqualTo(
            Long.toString(-sum(within.stream().filter(f -> f.amount().orElse(0L) < 0).toList())));
  }

  /** What was posted to the account up to a position, in the order of an axis. */
  private static List<Fact> posted(History history, String account, Axis axis, long position) {
    return history.facts(0, position).stream()
        .filter(fact -> fact.account().equals(account) && fact.amount().isPresent())
        .sorted(
            Comparator.comparing((Fact fact) -> time(fact, axis)).thenComparingLong(Fact::position))
        .toList();
  }

  private static Instant time(Fact fact, Axis axis) {
    return axis == Axis.EFFECTIVE_TIME ? fact.effectiveTime() : fact.recordTime();
  }

  private static long sum(List<Fact> facts) {
    return facts.stream().mapToLong(fact -> fact.amount().orElseThrow()).sum();
  }

  private static String openedBeside(History history) {
    history.open("b");
    return "b";
  }

  private static List<Long> balances(ReceivedStatement statement) {
    return statement.entries().stream()
        .map(entry -> entry.getBalanceAfter().getMinorUnits())
        .toList();
  }

  private static History random(String ledger, long seed) {
    System.out.println(ledger + ": seed " + seed);
    var history = fixture.history(ledger);
    history.grow(new SplittableRandom(seed), 150);
    fixture.rows.project(history);
    return history;
  }

  private static Instant time(History history, SplittableRandom random) {
    var fact = history.fact(1 + random.nextLong(history.head()));
    return fact.effectiveTime().plusNanos(random.nextInt(-1, 2) * 1_000L);
  }

  /** Takes a ledger's rows away; those that come after are of another generation. */
  private static void wipe(String ledger) {
    for (var table :
        List.of("entries", "accounts", "transactions", "holds", "account_changes", "backdated")) {
      fixture.rows.execute(
          """
          DELETE FROM %s
          WHERE generation = (SELECT generation FROM projection_checkpoint WHERE ledger_id = '%s')
          """
              .formatted(table, ledger));
    }
    fixture.rows.execute(
        "DELETE FROM projection_checkpoint WHERE ledger_id = '%s'".formatted(ledger));
  }

  /** Of a period that holds all that a history has, and more. */
  private static GenerateStatementRequest.Builder asked(History history, String account) {
    return GenerateStatementRequest.newBuilder()
        .setLedger(history.ledger())
        .setAccount(account)
        .setStartTime(timestamp(history.clock().minus(Duration.ofDays(1))))
        .setEndTime(timestamp(history.clock().plus(Duration.ofDays(1))));
  }

  private static ReceivedStatement statement(GenerateStatementRequest.Builder asked) {
    return ReceivedStatement.of(fixture.queries.generateStatement(asked.build()));
  }

  private static List<GenerateStatementResponse> frames(GenerateStatementRequest.Builder asked) {
    return list(fixture.queries.generateStatement(asked.build()));
  }

  /** All documents of a statement. */
  private static List<ByteString> bytes(GenerateStatementRequest.Builder asked) {
    return List.of(
        document(asked, Format.JSON), document(asked, Format.CSV), document(asked, Format.HTML));
  }

  private static ByteString document(GenerateStatementRequest.Builder asked, Format format) {
    var request =
        DownloadStatementRequest.newBuilder()
            .setLedger(asked.getLedger())
            .setAccount(asked.getAccount())
            .setStartTime(asked.getStartTime())
            .setEndTime(asked.getEndTime())
            .setAxis(asked.getAxis())
            .setFormat(format);
    if (asked.hasAt()) {
      request.setAt(asked.getAt());
    }
    if (asked.hasAtPosition()) {
      request.setAtPosition(asked.getAtPosition());
    }
    return list(fixture.queries.downloadStatement(request.build())).stream()
        .map(piece -> piece.getData())
        .reduce(ByteString.EMPTY, ByteString::concat);
  }

  private static <T> List<T> list(Iterator<T> stream) {
    var all = new ArrayList<T>();
    stream.forEachRemaining(all::add);
    return all;
  }

  private static void assertRefused(GenerateStatementRequest.Builder asked, String reason) {
    assertThat(refusal(() -> fixture.queries.generateStatement(asked.build()).next()).reason())
        .isEqualTo(reason);
  }

  private static Timestamp timestamp(Instant time) {
    return Times.timestamp(time);
  }
}
