package chronicle.projector;

/** Reads the backdated changes as they are stored. */
final class BackdatedRows {
  /** How many running sums are not those of their rows. */
  static final String WRONG_SUMS =
      """
      SELECT count(*) FROM backdated_sums s
      WHERE (posted_sum, held_sum) <> (
        SELECT sum(posted), sum(held) FROM backdated b
        WHERE b.generation = s.generation AND b.account_id = s.account_id
          AND b.number > s.block * 256 ^ s.level AND b.number <= (s.block + 1) * 256 ^ s.level
          AND (b.effective_time, b.number) <= (s.effective_time, s.number))
      """;

  private BackdatedRows() {}
}
