package chronicle.ledger.digest;

import chronicle.runtime.Digest;

/** The digests of one account's rows, table by table; {@link Digest#ZERO} where there are none. */
public record AccountDigests(
    String account, Part row, Part entries, Part holds, Part changes, Part backdated) {
  /** The sum of the hashes of some rows, and their number. */
  public record Part(Digest digest, long count) {
    /** No rows. */
    public static final Part NONE = new Part(Digest.ZERO, 0);

    Part plus(Digest row) {
      return new Part(digest.plus(row), count + 1);
    }

    /** More of a row that is counted already. */
    Part more(Digest part) {
      return new Part(digest.plus(part), count);
    }
  }

  /** Returns the digest of all of the account's rows. */
  public Digest sum() {
    return row.digest()
        .plus(entries.digest())
        .plus(holds.digest())
        .plus(changes.digest())
        .plus(backdated.digest());
  }
}
