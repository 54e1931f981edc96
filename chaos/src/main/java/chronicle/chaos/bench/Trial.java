package chronicle.chaos.bench;

import java.util.List;

/**
 * One thing that each round measures once.
 *
 * @param key its name, by which others are compared with it; unique in a configuration
 * @param inFlight calls in flight, or connections of a baseline; 0: as many as come
 * @param role what it is for
 * @param against keys of what it is compared with, where that is measured too
 */
record Trial(
    String key, String series, int inFlight, Role role, Workload workload, List<String> against) {
  /** What a trial is for, and what it leaves to others. */
  enum Role {
    /** Something beside the ledger. */
    BASELINE,
    /** Changes the ledger. */
    WRITE,
    /** Needs a ledger that stands still. */
    READ,
    /** Takes as long as the log is long, so that once is enough. */
    REBUILD
  }

  boolean isBaseline() {
    return role == Role.BASELINE;
  }

  boolean isWrite() {
    return role == Role.WRITE || role == Role.REBUILD;
  }

  /** Whether it is measured in a round of so many: what is enough once, in the last. */
  boolean isIn(int round, int rounds) {
    return role != Role.REBUILD || round == rounds;
  }
}
