package chronicle.query;

import java.time.Instant;

/**
 * A moment of the log.
 *
 * @param checkpoint the last position that the read model reflected
 * @param position the end of the last command up to the moment; 0 before the first
 * @param recordTime of the event at that position; 1970 before the first
 * @param origin the rows that told it: the ledger's incarnation, their generation, the version of
 *     the fold that made them
 */
record Moment(long checkpoint, long position, Instant recordTime, String origin)
    implements Snapshot {
  /** The {@link #origin} in a statement that reads the checkpoint as {@code c}. */
  static final String ORIGIN = "concat_ws('/', c.incarnation, c.generation, c.fold_version)";
}
