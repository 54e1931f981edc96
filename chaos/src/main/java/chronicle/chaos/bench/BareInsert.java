package chronicle.chaos.bench;

import chronicle.chaos.load.CommandIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * The physical limit of a ledger that commits in batches: the rows of a batch of deposits, by the
 * ledger's own statement into tables like the ledger's, in one transaction, with nothing decided,
 * looked up or answered. It runs on one connection, as a ledger does.
 */
final class BareInsert implements JdbcLoop.Step {
  private static final String INSERT =
      """
      INSERT INTO bare_events
        (ledger_id, position, account_id, account_version, event_type, record_time, event, state)
      SELECT ?, u.position, u.account_id, u.account_version, u.event_type, ?, u.event, u.state
      FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[])
        AS u (position, account_id, account_version, event_type, event, state);
      INSERT INTO bare_commands
        (ledger_id, command_id, request, outcome, refusal, first_position, event_count, actor, record_time)
      SELECT ?, u.command_id, u.request, u.outcome, u.refusal, u.first_position, u.event_count, u.actor, ?
      FROM unnest(?::text[], ?::bytea[], ?::text[], ?::bytea[], ?::bigint[], ?::bigint[], ?::text[])
        AS u (command_id, request, outcome, refusal, first_position, event_count, actor);
      """;

  private static final String HEAD = "SELECT coalesce(max(position), 0) FROM bare_events";

  private static final String LEDGER = "main";
  private static final byte[] NO_REFUSAL = {};

  private final int rows;
  private final int accounts;
  private final CommandIds ids;
  private final AtomicLong head;
  private final SplittableRandom random;
  private final Connection connection;
  private final PreparedStatement insert;
  private final byte[] event;
  private final byte[] state;
  private final byte[] request;

  private BareInsert(
      Connection connection, Baseline baseline, int rows, CommandIds ids, AtomicLong head)
      throws SQLException {
    this.connection = connection;
    this.rows = rows;
    this.accounts = baseline.accounts();
    this.ids = ids;
    this.head = head;
    this.random = new SplittableRandom(head.get());
    this.insert = connection.prepareStatement(INSERT);
    this.event = new byte[baseline.eventBytes()];
    this.state = new byte[baseline.stateBytes()];
    this.request = new byte[baseline.requestBytes()];
    random.nextBytes(event);
    random.nextBytes(state);
    random.nextBytes(request);
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(HEAD)) {
      row.next();
      head.set(row.getLong(1));
    }
  }

  /** A loop that inserts so many deposits at a time. */
  static JdbcLoop loop(Baseline baseline, int rows) {
    var ids = new CommandIds(1);
    var head = new AtomicLong();
    return new JdbcLoop(
        baseline.url(),
        1,
        (connection, _) -> new BareInsert(connection, baseline, rows, ids, head));
  }

  @Override
  public int run() throws SQLException {
    var time = OffsetDateTime.now(ZoneOffset.UTC);
    var positions = new long[rows];
    Arrays.setAll(positions, _ -> head.incrementAndGet());
    insert.setString(1, LEDGER);
    insert.setObject(2, time);
    insert.setObject(3, positions);
    texts(4, _ -> Baseline.account(random.nextInt(accounts) + 1));
    // No account has two events of one version.
    insert.setObject(5, positions);
    texts(6, _ -> "MoneyDeposited");
    bytes(7, event);
    bytes(8, state);
    insert.setString(9, LEDGER);
    insert.setObject(10, time);
    texts(11, _ -> ids.next());
    bytes(12, request);
    texts(13, _ -> "ACCEPTED");
    bytes(14, NO_REFUSAL);
    insert.setObject(15, positions);
    longs(16, 1);
    texts(17, _ -> "anonymous");
    insert.execute();
    connection.commit();
    return rows;
  }

  private void texts(int parameter, IntFunction<String> value) throws SQLException {
    var values = new String[rows];
    Arrays.setAll(values, value);
    insert.setArray(parameter, connection.createArrayOf("text", values));
  }

  private void bytes(int parameter, byte[] value) throws SQLException {
    var values = new byte[rows][];
    Arrays.fill(values, value);
    insert.setArray(parameter, connection.createArrayOf("bytea", values));
  }

  private void longs(int parameter, long value) throws SQLException {
    var values = new long[rows];
    Arrays.fill(values, value);
    insert.setObject(parameter, values);
  }
}
