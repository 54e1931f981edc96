package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class LedgerDownIT {
  private static QueryFixture fixture;
  private static History history;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
    history = fixture.history("main");
    history.open("a");
    history.deposit("a", 5);
    history.tick(10);
    history.deposit("a", 7);
    fixture.rows.project(history);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @BeforeEach
  void stopLedger() {
    fixture.ledger.stop();
  }

  @AfterEach
  void restartLedger() {
    fixture.ledger.restart();
  }

  @Test
  @Tag("G10")
  void aTimeThatTheReadModelIsPastNeedsNoLedger() {
    var balance =
        fixture.queries.getBalance(
            GetBalanceRequest.newBuilder()
                .setAccount("a")
                .setAt(Times.timestamp(history.fact(3).recordTime()))
                .build());

    assertThat(balance.getPosted().getMinorUnits()).isEqualTo(5);
    assertThat(balance.getReadPosition()).isEqualTo(3);
  }

  @Test
  @Tag("G9")
  void aLinearizableReadIsRefusedUntilTheLedgerIsBack() {
    var asked =
        GetBalanceRequest.newBuilder().setAccount("a").setSource(Source.EVENT_STORE).build();

    var refusal = refusal(() -> fixture.queries.getBalance(asked));
    fixture.ledger.restart();

    assertThat(refusal.reason()).isEqualTo("EVENT_STORE_UNAVAILABLE");
    assertThat(refusal.retryInfo()).isTrue();
    await()
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(fixture.queries.getBalance(asked).getPosted().getMinorUnits())
                .isEqualTo(12));
    fixture.ledger.stop();
  }

  @Test
  void whetherAnUnknownLedgerExistsIsNotGuessed() {
    var asked = GetAccountRequest.newBuilder().setLedger("other").setAccount("a").build();

    assertThat(refusal(() -> fixture.queries.getAccount(asked)).reason())
        .isEqualTo("EVENT_STORE_UNAVAILABLE");
  }
}
