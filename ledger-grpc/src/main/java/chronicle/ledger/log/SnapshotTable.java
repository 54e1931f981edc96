package chronicle.ledger.log;

import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the table of snapshots is there. It may be dropped at any time: then accounts are folded
 * from their first event until the process starts again with the table.
 */
final class SnapshotTable {
  private static final Logger log = LoggerFactory.getLogger(SnapshotTable.class);
  private static final String UNDEFINED_TABLE = "42P01";

  private volatile boolean isThere = true;

  boolean isThere() {
    return isThere;
  }

  /** What to write of a batch: its snapshots only where they have a table. */
  Append rows(Append batch) {
    return isThere ? batch : batch.withoutSnapshots();
  }

  /** Learns from a failed statement that used the table; true where it failed for want of it. */
  boolean isMissedBy(SQLException thrown) {
    boolean isMissed = UNDEFINED_TABLE.equals(thrown.getSQLState());
    if (isMissed && isThere) {
      isThere = false;
      log.atWarn()
          .setMessage("Snapshots switched off")
          .addKeyValue("cause", thrown.getMessage())
          .log();
    }
    return isMissed;
  }
}
