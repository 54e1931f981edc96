package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("G9")
final class LinearizableReadIT {
  private static QueryFixture fixture;
  private static History history;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
    history = fixture.history("main");
    history.open("a");
    history.deposit("a", 5);
    fixture.rows.project(history);
    history.tick(10);
    history.deposit("a", 7);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void itSeesWhatTheReadModelDoesNotYet() {
    var asked = GetBalanceRequest.newBuilder().setAccount("a");

    var stale = fixture.queries.getBalance(asked.build());
    var fresh = fixture.queries.getBalance(asked.setSource(Source.EVENT_STORE).build());

    assertThat(stale.getPosted().getMinorUnits()).isEqualTo(5);
    assertThat(stale.getReadPosition()).isEqualTo(3);
    assertThat(fresh.getPosted().getMinorUnits()).isEqualTo(12);
    assertThat(fresh.getReadPosition()).isEqualTo(4);
    assertThat(fresh.getAsOf()).isEqualTo(Times.timestamp(history.clock()));
  }

  @Test
  void theLedgersRefusalsPassThroughUnchanged() {
    var refusal =
        refusal(() ->
            fixture.queries.getBalance(
                GetBalanceRequest.newBuilder()
                    .setAccount("nobody")
                    .setSource(Source.EVENT_STORE)
                    .build()));

    assertThat(refusal.reason()).isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(refusal.metadata()).containsEntry("by", "ledger");
  }

  @Test
  void aPositionBeyondTheLogIsRefusedInTheLedgersWords() {
    var refusal =
        refusal(() ->
            fixture.queries.getBalance(
                GetBalanceRequest.newBuilder()
                    .setAccount("a")
                    .setAtPosition(1_000)
                    .setSource(Source.EVENT_STORE)
                    .build()));

    assertThat(refusal.reason()).isEqualTo("POSITION_UNKNOWN");
    assertThat(refusal.metadata()).containsEntry("by", "ledger");
  }

  @Test
  @Tag("G8")
  void aMinPositionBeyondTheLogIsRefused() {
    var refusal =
        refusal(() ->
            fixture.queries.getBalance(
                GetBalanceRequest.newBuilder()
                    .setAccount("a")
                    .setMinPosition(1_000)
                    .setSource(Source.EVENT_STORE)
                    .build()));

    assertThat(refusal.reason()).isEqualTo("POSITION_UNKNOWN");
  }
}
