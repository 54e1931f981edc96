package chronicle.projector;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a batch of events makes of the read model.
 *
 * @param position of the last event: the new checkpoint
 * @param recordTime of the last event
 * @param accounts the accounts that the batch touched, as they are after it
 * @param openings of those accounts that the batch opened
 * @param entries in the order of their positions
 * @param transactions those that the batch made or affected, as they are after it, by id
 * @param holds those that the batch made or ended, as they are after it
 * @param changes in the order of their positions
 * @param backdated in the order of their positions
 */
record Rows(
    long position,
    Instant recordTime,
    Map<String, Account> accounts,
    Map<String, Opening> openings,
    List<Entry> entries,
    Map<String, Transaction> transactions,
    Map<Hold.Key, Hold> holds,
    List<AccountChange> changes,
    List<Backdated> backdated) {

  /** What is fixed when an account is opened. */
  record Opening(
      Instant createTime, long createPosition, String reference, Map<String, String> metadata) {}
}
