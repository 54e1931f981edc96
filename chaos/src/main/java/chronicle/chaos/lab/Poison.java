package chronicle.chaos.lab;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** An event of the log made unreadable in the event store, behind everyone's back, and mended. */
final class Poison implements AutoCloseable {
  private static final String READ =
      "SELECT event FROM events WHERE ledger_id = ? AND position = ?";
  private static final String WRITE =
      "UPDATE events SET event = ? WHERE ledger_id = ? AND position = ?";
  // Field 1 of a length that goes beyond the end.
  private static final byte[] UNREADABLE = {0x0a, 0x7f};

  private final Connection connection;
  private final String ledger;
  private byte[] sound = {};
  private long position;

  Poison(String url, String ledger) throws SQLException {
    connection = DriverManager.getConnection(url);
    this.ledger = ledger;
  }

  void put(long at) throws SQLException {
    position = at;
    try (var read = connection.prepareStatement(READ)) {
      read.setString(1, ledger);
      read.setLong(2, at);
      try (var row = read.executeQuery()) {
        row.next();
        sound = row.getBytes(1);
      }
    }
    write(UNREADABLE);
  }

  void mend() throws SQLException {
    write(sound);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  private void write(byte[] event) throws SQLException {
    try (PreparedStatement write = connection.prepareStatement(WRITE)) {
      write.setBytes(1, event);
      write.setString(2, ledger);
      write.setLong(3, position);
      write.executeUpdate();
    }
  }
}
