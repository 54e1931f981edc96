package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;

/**
 * An account's state as of an event of its own, kept so that no more than its newest events need be
 * folded. Disposable: without it the answer is the same, and later.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Snapshot(AccountId account, long version, long position, byte[] state) {
  /** One is kept each so many events of an account. */
  static final int EVENTS_BETWEEN = 500;

  /**
   * The version of the fold, to be raised whenever {@code Account.evolve} or the form of the state
   * changes: snapshots of other versions are not looked at.
   */
  static final int FOLD_VERSION = 1;

  static boolean isDueAt(long version) {
    return version % EVENTS_BETWEEN == 0;
  }
}
