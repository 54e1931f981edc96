package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.StatementHeader.Axis;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LongStatementIT {
  private static final int ENTRIES = 90_000;

  @Test
  @DisplayName("G10: the statement of a long, backdated account is its entries in order of effect")
  void theRolledUpStatementIsTheEntriesInOrder() {
    try (var fixture = new QueryFixture()) {
      LongAccount.write(fixture.rows, ENTRIES);
      System.out.println("seed 1");
      var random = new SplittableRandom(1);
      for (var i = 0; i < 4; i++) {
        var position = random.nextLong(ENTRIES / 2, ENTRIES + 1);
        var start = LongAccount.recordTime(random.nextLong(-1_000_000, 0));
        var end = LongAccount.recordTime(random.nextLong(1, ENTRIES + 1));
        var statement =
            ReceivedStatement.of(
                fixture.queries.generateStatement(
                    GenerateStatementRequest.newBuilder()
                        .setLedger(LongAccount.LEDGER)
                        .setAccount(LongAccount.ACCOUNT)
                        .setStartTime(Times.timestamp(start))
                        .setEndTime(Times.timestamp(end))
                        .setAxis(Axis.EFFECTIVE_TIME)
                        .setAtPosition(position)
                        .build()));
        var expected =
            fixture.rows.numbers(
                """
                SELECT position FROM entries
                WHERE ledger_id = 'long' AND account_id = 'a' AND position <= %d AND effective_time >= '%s' AND effective_time < '%s'
                ORDER BY effective_time, position
                """
                    .formatted(position, start, end));

        assertThat(statement.positions()).isEqualTo(expected);
      }
    }
  }
}
