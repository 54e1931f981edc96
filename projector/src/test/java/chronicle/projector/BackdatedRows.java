package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the backdated changes as they are stored. */
final class BackdatedRows {
  /** How many running sums are not those of their rows. */
  static final String WRONG_SUMS =
      """
      SELECT count(*) FROM backdated_sums s
      WHERE (posted_sum, held_sum) <> (
        SELECT sum(posted), sum(held) FROM backdated b
        WHERE b.ledger_id = s.ledger_id AND b.account_id = s.account_id
          AND b.number > s.block * 256 ^ s.level AND b.number <= (s.block + 1) * 256 ^ s.level
          AND (b.effective_time, b.number) <= (s.effective_time, s.number))
      """;

  private static final String LOAD =
      """
      SELECT account_id, position, effective_time, posted, held, number, posted_total, held_total
      FROM backdated WHERE ledger_id = ?
      ORDER BY position, account_id LIKE 'external:%', number
      """;

  private BackdatedRows() {}

  static List<Backdated> load(Connection session, String ledger) throws SQLException {
    try (session;
        var statement = session.prepareStatement(LOAD)) {
      statement.setString(1, ledger);
      try (var result = statement.executeQuery()) {
        var changes = new ArrayList<Backdated>();
        while (result.next()) {
          var total =
              new Backdated.Total(
                  result.getLong(6), Columns.integer(result, 7), Columns.integer(result, 8));
          changes.add(
              new Backdated(
                  result.getString(1),
                  result.getLong(2),
                  Columns.time(result, 3),
                  result.getLong(4),
                  result.getLong(5),
                  total));
        }
        return changes;
      }
    }
  }
}
