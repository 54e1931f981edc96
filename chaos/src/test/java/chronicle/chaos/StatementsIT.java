package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.RegisterAssetRequest;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader.Axis;
import chronicle.query.v1.StatementSummary;
import chronicle.type.v1.Money;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statements as a bank's customers and auditors get them, through the gateway. */
final class StatementsIT {
  private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2100-01-01T00:00:00Z");
  private static final int POSTINGS = 500;
  private static final int LONG_ENTRIES = 120 * POSTINGS;

  @Test
  @DisplayName("REST: a statement is a page that a browser shows, and in which nothing runs")
  void aStatementIsAPage() throws Exception {
    var account = GATEWAY.open(0);
    var hostile = "<script>alert('x')</script>";
    var position = deposit(account, 123_456, hostile, Instant.now());

    var page = download(account, "format=HTML&min_position=" + position);

    assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "sandbox");
    assertThat(page.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(page.body())
        .startsWith("<!DOCTYPE html>")
        .endsWith("</html>\n")
        .contains("&lt;script&gt;", "1,234.56")
        .doesNotContain("<script");
  }

  @Test
  @DisplayName("REST: money is decimal in the scale of an asset that the ledger registered")
  void moneyIsInTheScaleOfItsAsset() throws Exception {
    var asset = "G" + Long.toString(System.nanoTime() % 100_000_000, 36).toUpperCase(Locale.ROOT);
    var account = Client.fresh("gold");
    GATEWAY
        .ledger()
        .registerAsset(
            RegisterAssetRequest.newBuilder().setCurrencyCode(asset).setScale(4).build());
    GATEWAY
        .ledger()
        .createAccount(
            CreateAccountRequest.newBuilder().setAccount(account).setCurrencyCode(asset).build());
    var position =
        GATEWAY
            .ledger()
            .deposit(
                DepositRequest.newBuilder()
                    .setAccount(account)
                    .setAmount(Money.newBuilder().setCurrencyCode(asset).setMinorUnits(1_234_567))
                    .build())
            .getPosition();

    ReadModel.await(position);
    var csv = download(account, "format=CSV&min_position=" + position);

    assertThat(csv.headers().firstValue("content-type").orElseThrow()).startsWith("text/csv");
    assertThat(csv.body().lines().skip(2).findFirst().orElseThrow())
        .endsWith(",123.4567,123.4567," + asset);
  }

  @Test
  @DisplayName("REST: a statement that can't be made is an error with its reason (G13)")
  void aStatementThatCannotBeMadeSaysWhy() throws Exception {
    var missing = download(Client.fresh("nobody"), "format=HTML");
    var account = Client.fresh("nobody");
    var backwards =
        Http.get(
            "/v1/accounts/%s/statement?start_time=%s&end_time=%s".formatted(account, END, START));

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("\"reason\":\"ACCOUNT_NOT_FOUND\"");
    assertThat(backwards.statusCode()).isEqualTo(400);
    assertThat(backwards.body()).contains("\"reason\":\"INVALID_REQUEST\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "CSV", "HTML"})
  @DisplayName("REST: the gateway cuts no statement short, however long")
  void aLongStatementComesWhole(String format) throws Exception {
    var statement =
        download(
            LongStatement.ACCOUNT, "format=" + format + "&min_position=" + LongStatement.POSITION);

    var entries = Pattern.compile("MoneyDeposited|Money deposited").matcher(statement.body());
    assertThat(entries.results().count()).isEqualTo(LONG_ENTRIES);
    assertThat(statement.body().strip())
        .endsWith(
            switch (format) {
              case "JSON" ->
                  "\"closing_balance\":{\"currency_code\":\"EUR\",\"minor_units\":\"%d\"}}}"
                      .formatted(LONG_ENTRIES);
              case "CSV" -> ",600.00,EUR";
              default -> "</html>";
            });
    System.out.printf("%s: %,d characters%n", format, statement.body().length());
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Axis.class,
      names = {"RECORD_TIME", "EFFECTIVE_TIME"})
  @DisplayName("G10: a statement equals a replay of the events, and stays the same bytes")
  void aStatementEqualsAReplayAndStays(Axis axis) throws Exception {
    var account = GATEWAY.open(50);
    var position = live(account);
    var request =
        GenerateStatementRequest.newBuilder()
            .setAccount(account)
            .setStartTime(timestamp(START))
            .setEndTime(timestamp(END))
            .setAxis(axis)
            .setAtPosition(position)
            .build();
    var entries = new ArrayList<StatementEntry>();
    var summary = StatementSummary.getDefaultInstance();
    var frames = GATEWAY.query().generateStatement(request);
    while (frames.hasNext()) {
      var frame = frames.next();
      entries.addAll(frame.getEntries().getEntriesList());
      summary = frame.getSummary();
    }
    var expected = replay(account, position, axis);
    var queries = List.of("JSON", "CSV", "HTML");
    var before = new ArrayList<String>();
    for (var format : queries) {
      before.add(fixed(account, axis, position, format));
    }
    var later = live(account);

    assertThat(entries).extracting(StatementEntry::getPosition).isEqualTo(expected);
    assertThat(summary.getClosingBalance())
        .isEqualTo(GATEWAY.stateAt(account, position).getPosted());
    assertThat(GATEWAY.balance(account, later).getPosted())
        .isNotEqualTo(summary.getClosingBalance());
    for (var format : queries) {
      assertThat(fixed(account, axis, position, format))
          .isEqualTo(before.get(queries.indexOf(format)));
    }
  }

  /** What makes statements interesting; returns the last position. */
  private static long live(String account) {
    var now = Instant.now();
    deposit(account, 1_000, "now", now);
    deposit(account, 300, "a day late", now.minus(Duration.ofDays(1)));
    deposit(account, 20, "two days late", now.minus(Duration.ofDays(2)));
    var held = Client.fresh("held");
    GATEWAY
        .ledger()
        .createTransaction(
            CreateTransactionRequest.newBuilder()
                .setCommandId(held)
                .setPending(true)
                .addPostings(Posting.newBuilder().setSourceAccount(account).setAmount(euros(9)))
                .build());
    GATEWAY
        .ledger()
        .postTransaction(
            PostTransactionRequest.newBuilder().setTransaction(held).addAmounts(euros(4)).build());
    return deposit(account, 5, "an hour late", now.minus(Duration.ofHours(1)));
  }

  /** The positions of what moved money, in the order of the axis, by the log itself. */
  private static List<Long> replay(String account, long position, Axis axis) {
    var events = new ArrayList<Event>();
    EventLogServiceGrpc.newBlockingStub(GATEWAY.channel())
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .readEvents(
            ReadEventsRequest.newBuilder().addAccounts(account).setToPosition(position).build())
        .forEachRemaining(response -> events.add(response.getEvent()));
    return events.stream()
        .filter(event -> event.hasMoneyDeposited() || event.hasHoldPosted())
        .sorted(
            Comparator.comparing(
                    (Event event) ->
                        axis == Axis.EFFECTIVE_TIME
                            ? event.getEffectiveTime()
                            : event.getRecordTime(),
                    Timestamps.comparator())
                .thenComparingLong(Event::getPosition))
        .map(Event::getPosition)
        .toList();
  }

  private static long deposit(String account, long amount, String reference, Instant effective) {
    var position =
        GATEWAY
            .ledger()
            .deposit(
                DepositRequest.newBuilder()
                    .setAccount(account)
                    .setAmount(euros(amount))
                    .setReference(reference)
                    .setEffectiveTime(timestamp(effective))
                    .build())
            .getPosition();
    ReadModel.await(position);
    return position;
  }

  private static String fixed(String account, Axis axis, long position, String format)
      throws IOException, InterruptedException {
    var statement =
        download(account, "axis=%s&at_position=%d&format=%s".formatted(axis, position, format));
    assertThat(statement.statusCode()).isEqualTo(200);
    return statement.body();
  }

  private static HttpResponse<String> download(String account, String query)
      throws IOException, InterruptedException {
    return Http.get(
        "/v1/accounts/%s/statement?start_time=%s&end_time=%s&%s"
            .formatted(account, START, END, query));
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano() / 1_000 * 1_000)
        .build();
  }

  /** An account whose statement is longer than anything the gateway keeps in memory. */
  private static final class LongStatement {
    static final String ACCOUNT = GATEWAY.open(0);
    static final long POSITION = fill();

    private static long fill() {
      var last = 0L;
      for (var n = 0; n < LONG_ENTRIES / POSTINGS; n++) {
        var request = CreateTransactionRequest.newBuilder();
        for (var i = 0; i < POSTINGS; i++) {
          request.addPostings(
              Posting.newBuilder().setDestinationAccount(ACCOUNT).setAmount(euros(1)));
        }
        last = GATEWAY.ledger().createTransaction(request.build()).getPosition();
      }
      ReadModel.await(last);
      return last;
    }
  }
}
