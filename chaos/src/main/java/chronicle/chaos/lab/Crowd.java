package chronicle.chaos.lab;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Connections that nobody needs, as many as the server has. */
final class Crowd implements AutoCloseable {
  private static final String TOO_MANY = "53300";
  private static final int ROUNDS = 5;
  private static final int CONNECTIONS_MAX = 1_000;

  private static final String END_OTHERS =
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name <> 'crowd'
      """;

  private final List<Connection> connections = new ArrayList<>();

  private Crowd() {}

  /** Ends all other sessions, and takes every connection there is. */
  static Crowd gather(String url) throws SQLException {
    var crowd = new Crowd();
    var own = url + "&ApplicationName=crowd";
    // Those whose sessions were ended come back meanwhile: it takes some rounds.
    for (int round = 0; round < ROUNDS; round++) {
      crowd.fill(own);
      crowd.endOthers();
    }
    crowd.fill(own);
    return crowd;
  }

  int size() {
    return connections.size();
  }

  @Override
  public void close() throws SQLException {
    for (var connection : connections) {
      connection.close();
    }
  }

  private void fill(String url) throws SQLException {
    try {
      while (connections.size() < CONNECTIONS_MAX) {
        connections.add(DriverManager.getConnection(url));
      }
    } catch (SQLException e) {
      if (!TOO_MANY.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private void endOthers() throws SQLException {
    try (var statement = connections.getFirst().createStatement()) {
      statement.execute(END_OTHERS);
    }
  }
}
