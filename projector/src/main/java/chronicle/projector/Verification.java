package chronicle.projector;

import chronicle.runtime.Digest;
import java.util.Optional;

/**
 * What holding a generation against its log has found.
 *
 * @param position compared at
 * @param log the digest of the ledger's own fold; empty where the comparison did not get so far
 * @param stored the digest of the rows as they are stored, as far as they were compared
 * @param kept the digest kept as the rows were written
 * @param accounts how many were compared, and of those {@code different} differ
 * @param incomplete why not all could be compared; empty where all was
 */
record Verification(
    Generation generation,
    long position,
    Optional<Digest> log,
    Digest stored,
    Digest kept,
    long accounts,
    long different,
    Optional<Difference> difference,
    String incomplete) {

  /** The first difference; an empty account is none's, or the ledger itself. */
  record Difference(String account, String table, String detail) {
    @Override
    public String toString() {
      return account.isEmpty()
          ? "%s: %s".formatted(table, detail)
          : "%s of account %s: %s".formatted(table, account, detail);
    }
  }

  /** What is said of the rows. */
  enum Verdict {
    EQUAL,
    DIFFERENT,
    INCOMPLETE
  }

  Verdict verdict() {
    if (difference.isPresent()) {
      return Verdict.DIFFERENT;
    }
    return incomplete.isEmpty() ? Verdict.EQUAL : Verdict.INCOMPLETE;
  }
}
