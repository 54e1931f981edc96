package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.GetBalanceRequest;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RolledUpIT {
  private static final int ENTRIES = 150_000;

  @Test
  @DisplayName(
      "G10: the balance of a long, backdated account is the sum of its entries, on both axes")
  void theRolledUpBalanceIsTheSumOfTheEntries() {
    try (var fixture = new QueryFixture()) {
      LongAccount.write(fixture.rows, ENTRIES);
      System.out.println("seed 1");
      var random = new SplittableRandom(1);
      for (var i = 0; i < 40; i++) {
        var position = random.nextLong(2, ENTRIES + 1);
        var effective = LongAccount.recordTime(random.nextLong(-100_000, ENTRIES + 1));
        var balance =
            fixture.queries.getBalance(
                GetBalanceRequest.newBuilder()
                    .setLedger(LongAccount.LEDGER)
                    .setAccount(LongAccount.ACCOUNT)
                    .setAtPosition(position)
                    .setEffectiveAt(Times.timestamp(effective))
                    .build());
        assertThat(balance.getPosted().getMinorUnits())
            .as("%d, %s", position, effective)
            .isEqualTo(sum(fixture, position, effective));
      }
    }
  }

  private static long sum(QueryFixture fixture, long position, Instant effective) {
    return fixture.rows.number(
        """
        SELECT COALESCE(sum(amount), 0) FROM entries
        WHERE ledger_id = 'long' AND account_id = 'a' AND position <= %d AND effective_time <= '%s'
        """
            .formatted(position, effective));
  }
}
