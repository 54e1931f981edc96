package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.Account;
import chronicle.query.v1.Entry;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.QueryServiceGrpc;
import com.google.protobuf.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PagesIT {
  private static QueryFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  @Tag("G13")
  void pagesOfEntriesShowTheLogAsOfTheFirstWhateverIsWrittenBetween(long seed) {
    var ledger = "entries-" + seed;
    System.out.println(ledger + ": seed " + seed);
    var random = new SplittableRandom(seed);
    var history = fixture.history(ledger);
    history.grow(random, 200);
    fixture.rows.project(history);

    for (var account : history.accounts()) {
      var head = fixture.rows.checkpoint(ledger);
      var expected = postings(history, account);
      var asked =
          ListEntriesRequest.newBuilder()
              .setLedger(ledger)
              .setAccount(account)
              .setPageSize(1 + random.nextInt(5));
      var seen = new ArrayList<Long>();
      ListEntriesResponse page;
      do {
        page = fixture.queries.listEntries(asked.build());
        page.getEntriesList().forEach(entry -> seen.add(entry.getPosition()));
        assertThat(page.getReadPosition()).isEqualTo(head);
        history.grow(random, 3);
        fixture.rows.project(history);
        asked.setPageToken(page.getNextPageToken());
      } while (!page.getNextPageToken().isEmpty());

      assertThat(seen).isEqualTo(expected);
    }
  }

  @Test
  void pagesOfAccountsNeitherRepeatNorMissOneWhileOthersAreOpened() {
    var history = fixture.history("accounts");
    for (var i = 0; i < 50; i++) {
      history.open("m-" + i);
    }
    fixture.rows.project(history);
    fixture.rows.execute(
        """
        INSERT INTO accounts SELECT generation, ledger_id, 'external:USD', currency_code, status, posted, held,
          available, 0, NULL, 0, position, create_time, create_position, update_time, '', '{}', 0, 0, 0
        FROM accounts WHERE ledger_id = 'accounts' AND account_id = 'm-0'
        """);
    var before = List.copyOf(history.accounts());
    var asked = ListAccountsRequest.newBuilder().setLedger("accounts").setPageSize(7);
    var seen = new ArrayList<String>();
    do {
      var page = fixture.queries.listAccounts(asked.build());
      page.getAccountsList().stream().map(Account::getAccount).forEach(seen::add);
      history.open("a-" + seen.size());
      history.open("z-" + seen.size());
      fixture.rows.project(history);
      asked.setPageToken(page.getNextPageToken());
    } while (!asked.getPageToken().isEmpty());

    assertThat(new LinkedHashSet<>(seen)).hasSameSizeAs(seen).containsAll(before);
    assertThat(seen).isSorted().doesNotContain("external:USD");
  }

  @Test
  @Tag("G13")
  void aTokenIsRefusedForAnyOtherList() {
    var history = fixture.history("tokens");
    history.open("a");
    history.open("b");
    history.deposit("a", 1);
    history.deposit("a", 2);
    fixture.rows.project(history);
    var other = fixture.history("tokens-2");
    other.open("a");
    fixture.rows.project(other);
    var asked = ListEntriesRequest.newBuilder().setLedger("tokens").setAccount("a").setPageSize(1);
    var token = fixture.queries.listEntries(asked.build()).getNextPageToken();
    asked.setPageToken(token);

    assertThat(token).isNotEmpty();
    assertRefused(asked.clone().setAccount("b"));
    assertRefused(asked.clone().setLedger("tokens-2"));
    assertRefused(asked.clone().setMinPosition(history.head() + 1));
    assertRefused(asked.clone().setReference("ref"));
    assertRefused(asked.clone().setAmountMin(1));
    assertRefused(asked.clone().setAtPosition(history.head()));
    assertRefused(asked.clone().setPageToken("?"));
    assertRefused(asked.clone().setPageToken("AAAA"));
    assertRefused(asked.clone().setPageToken(token.substring(1)));
    assertRefused(
        asked.clone().setPageToken((token.startsWith("A") ? "B" : "A") + token.substring(1)));
    assertThat(
            refusal(() ->
                    fixture.queries.listAccounts(
                        ListAccountsRequest.newBuilder()
                            .setLedger("tokens")
                            .setPageToken(token)
                            .build()))
                .reason())
        .isEqualTo("PAGE_TOKEN_INVALID");
    assertThat(fixture.queries.listEntries(asked.build()).getEntriesList())
        .extracting(Entry::getPosition)
        .containsExactly(4L);
  }

  @Test
  void filtersOfEntriesLetThroughWhatTheySay() {
    var history = fixture.history("filtered");
    history.open("a");
    history.open("b");
    history.tick(10);
    history.deposit("a", 100);
    history.tick(10);
    var second = history.clock();
    history.label("rent");
    history.backdate(java.time.Duration.ofDays(1));
    history.transfer("a", "b", 30);
    history.backdate(java.time.Duration.ZERO);
    fixture.rows.project(history);
    var asked = ListEntriesRequest.newBuilder();
    var yesterday = Times.timestamp(second.minusSeconds(3_600));

    assertThat(positions(asked.clone())).containsExactly(5L, 4L);
    assertThat(positions(asked.clone().setReference("rent"))).containsExactly(5L);
    assertThat(positions(asked.clone().addMetadata("k=v"))).containsExactly(4L);
    assertThat(positions(asked.clone().addTypes("MoneyDeposited"))).containsExactly(4L);
    assertThat(positions(asked.clone().setAmountMin(0))).containsExactly(4L);
    assertThat(positions(asked.clone().setAmountMax(-30))).containsExactly(5L);
    assertThat(positions(asked.clone().setFromTime(Times.timestamp(second)))).containsExactly(5L);
    assertThat(positions(asked.clone().setUntilTime(Times.timestamp(second)))).containsExactly(4L);
    assertThat(positions(asked.clone().setEffectiveUntil(yesterday))).containsExactly(5L);
    assertThat(positions(asked.clone().setEffectiveFrom(yesterday))).containsExactly(4L);
    assertThat(positions(asked.clone().setAtPosition(5))).containsExactly(4L);
  }

  @Test
  void aFilterThatLetsNothingThroughLooksOnlySoFarPerPage() {
    var history = fixture.history("long");
    history.open("a");
    fixture.rows.project(history);
    fixture.rows.execute(
        """
        INSERT INTO entries
        SELECT generation, ledger_id, n, 'a', n, 'MoneyDeposited', 'USD', 1, n, 0, n, 'c', 't', 0, 1, 'external:USD',
          '2026-02-01Z'::timestamptz + n * interval '1 ms', '2026-02-01Z', '', '{}'
        FROM projection_checkpoint, generate_series(3, 25000) n WHERE ledger_id = 'long';
        UPDATE projection_checkpoint SET position = 25000, record_time = '2026-02-02Z' WHERE ledger_id = 'long'
        """);
    var asked =
        ListEntriesRequest.newBuilder().setLedger("long").setAccount("a").setReference("none");
    var pages = 0;
    do {
      var page = fixture.queries.listEntries(asked.build());
      assertThat(page.getEntriesList()).isEmpty();
      asked.setPageToken(page.getNextPageToken());
      pages++;
    } while (!asked.getPageToken().isEmpty());

    assertThat(pages).isEqualTo(3);
    assertThat(
            fixture
                .queries
                .listEntries(asked.clearReference().setPageToken("").setPageSize(1).build())
                .getEntries(0)
                .getPosition())
        .isEqualTo(25_000);
  }

  @Test
  void aFilterThatLetsFewAccountsThroughLooksOnlySoFarPerPage() {
    var history = fixture.history("crowd");
    history.open("m");
    fixture.rows.project(history);
    fixture.rows.execute(
        """
        INSERT INTO accounts SELECT generation, ledger_id, 'm-' || lpad(n::text, 5, '0'), currency_code, status, posted, held,
          available, 0, NULL, 0, position, create_time, create_position, update_time,
          CASE n WHEN 12000 THEN 'rare' ELSE '' END, '{}', 0, 0, 0
        FROM accounts, generate_series(1, 25000) n WHERE ledger_id = 'crowd' AND account_id = 'm'
        """);
    var asked = ListAccountsRequest.newBuilder().setLedger("crowd").setReference("rare");
    var found = new ArrayList<List<String>>();
    do {
      var page = fixture.queries.listAccounts(asked.build());
      found.add(page.getAccountsList().stream().map(Account::getAccount).toList());
      asked.setPageToken(page.getNextPageToken());
    } while (!asked.getPageToken().isEmpty());

    assertThat(found).containsExactly(List.of(), List.of("m-12000"), List.of());
    var all = ListAccountsRequest.newBuilder().setLedger("crowd").setPageSize(1_000);
    var ids = new ArrayList<String>();
    do {
      var page = fixture.queries.listAccounts(all.build());
      page.getAccountsList().forEach(account -> ids.add(account.getAccount()));
      all.setPageToken(page.getNextPageToken());
    } while (!all.getPageToken().isEmpty());
    assertThat(ids).hasSize(25_001).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void filtersOfAccountsLetThroughWhatTheySay() {
    var history = fixture.history("kinds");
    history.open("a");
    history.label("gold");
    history.open("b");
    history.open("c");
    history.freeze("c", "FROZEN_DEBITS");
    fixture.rows.project(history);
    var asked = ListAccountsRequest.newBuilder().setLedger("kinds");

    assertThat(ids(asked.clone().setStatus(Account.Status.FROZEN))).containsExactly("c");
    assertThat(ids(asked.clone().setStatus(Account.Status.ACTIVE))).containsExactly("a", "b");
    assertThat(ids(asked.clone().setReference("gold"))).containsExactly("b", "c");
    assertThat(ids(asked.clone().addMetadata("k=v"))).containsExactly("a");
    assertThat(ids(asked.clone().setCurrencyCode("USD"))).containsExactly("a", "b", "c");
    assertThat(ids(asked.clone().setCurrencyCode("EUR"))).isEmpty();
    var first = fixture.queries.listAccounts(asked.clone().setPageSize(1).build());
    assertThat(
            refusal(() ->
                    fixture.queries.listAccounts(
                        asked
                            .clone()
                            .setPageToken(first.getNextPageToken())
                            .setReference("gold")
                            .build()))
                .reason())
        .isEqualTo("PAGE_TOKEN_INVALID");
  }

  @Test
  void anotherQueryServiceTakesTheToken() {
    var history = fixture.history("two");
    history.open("a");
    history.deposit("a", 1);
    history.deposit("a", 2);
    fixture.rows.project(history);
    var asked = ListEntriesRequest.newBuilder().setLedger("two").setAccount("a").setPageSize(1);
    asked.setPageToken(fixture.queries.listEntries(asked.build()).getNextPageToken());

    try (var server = fixture.another()) {
      var channel = QueryFixture.connect(server);
      var second = QueryServiceGrpc.newBlockingStub(channel).listEntries(asked.build());
      channel.shutdownNow();

      assertThat(second).isEqualTo(fixture.queries.listEntries(asked.build()));
    }
  }

  @Test
  @Tag("G8")
  void aReadModelBeingFilledAnewDoesNotEndAListEarly() {
    var history = fixture.history("wiped");
    history.open("a");
    for (var i = 1; i <= 5; i++) {
      history.deposit("a", i);
    }
    fixture.rows.project(history);
    var asked =
        ListEntriesRequest.newBuilder()
            .setLedger("wiped")
            .setAccount("a")
            .setPageSize(2)
            .setMaxWait(Duration.newBuilder().setNanos(1));
    asked.setPageToken(fixture.queries.listEntries(asked.build()).getNextPageToken());
    for (var table :
        List.of(
            "entries",
            "accounts",
            "transactions",
            "holds",
            "account_changes",
            "projection_checkpoint")) {
      fixture.rows.execute("TRUNCATE " + table);
    }

    fixture.rows.project(history, 3);
    var halfway = refusal(() -> fixture.queries.listEntries(asked.build()));
    fixture.rows.project(history);

    assertThat(halfway.reason()).isEqualTo("PROJECTION_BEHIND");
    assertThat(fixture.queries.listEntries(asked.build()).getEntriesList())
        .extracting(Entry::getPosition)
        .containsExactly(5L, 4L);
  }

  private static List<Long> postings(History history, String account) {
    return history.facts(0, history.head()).reversed().stream()
        .filter(fact -> fact.account().equals(account) && fact.amount().isPresent())
        .map(History.Fact::position)
        .toList();
  }

  private static List<Long> positions(ListEntriesRequest.Builder asked) {
    return fixture
        .queries
        .listEntries(asked.setLedger("filtered").setAccount("a").build())
        .getEntriesList()
        .stream()
        .map(Entry::getPosition)
        .toList();
  }

  private static List<String> ids(ListAccountsRequest.Builder asked) {
    return fixture.queries.listAccounts(asked.build()).getAccountsList().stream()
        .map(Account::getAccount)
        .toList();
  }

  private static void assertRefused(ListEntriesRequest.Builder asked) {
    assertThat(refusal(() -> fixture.queries.listEntries(asked.build())).reason())
        .isEqualTo("PAGE_TOKEN_INVALID");
  }
}
