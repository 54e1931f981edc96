package chronicle.projector;

import chronicle.runtime.Digest;
import java.time.Instant;

/**
 * How far a generation of a ledger's rows has come.
 *
 * @param position the last position projected, the end of a command; 0 before the first
 * @param recordTime of the event at that position; 1970 before the first
 * @param digest of all rows of the generation, see {@link RowHashes}; of one that is not read it
 *     means nothing until its rows were verified
 */
record Checkpoint(Generation generation, long position, Instant recordTime, Digest digest) {

  /** The same with the digest of all rows. */
  Checkpoint with(Digest digest) {
    return new Checkpoint(generation, position, recordTime, digest);
  }

  String ledger() {
    return generation.ledger();
  }

  String incarnation() {
    return generation.incarnation();
  }
}
