package chronicle.ledger.digest;

import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.log.RecordedEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The digests of the rows of one currency's external account, the fold of all that crosses the
 * ledger's border.
 */
final class ExternalFold {
  private final String currency;
  private final Rows rows;
  private final Sums sums;
  private final Rows.Opening opening;
  private Rows.Tally tally = Rows.Tally.NONE;
  private long position;
  private Instant recordTime = Instant.EPOCH;

  /** The account begins with the first event that concerns it. */
  ExternalFold(String currency, RecordedEvent first, Rows rows) {
    this.currency = currency;
    this.rows = rows;
    this.sums = new Sums(Change.external(currency), rows);
    this.opening = new Rows.Opening(first.cause().recordTime(), first.position(), "", Map.of());
  }

  /** The other side of what an event posted. */
  void add(RecordedEvent event, long posted) {
    var change = new Change(posted, 0, event.account().value(), Optional.empty());
    tally = tally.plus(change);
    position = event.position();
    recordTime = event.cause().recordTime();
    sums.entry(rows.entry(event, sums.account(), 0, currency, change, tally, 0));
    sums.backdated(event, change, event.cause().effectiveTime());
  }

  AccountDigests end() {
    var row =
        new Rows.AccountRow(
            sums.account(), currency, "ACTIVE", Limits.NONE, tally, 0, position, recordTime);
    sums.row(rows.account(row, opening));
    return sums.digests();
  }
}
