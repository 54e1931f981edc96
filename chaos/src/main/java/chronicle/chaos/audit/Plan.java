package chronicle.chaos.audit;

import java.time.Duration;

/**
 * How much load, for how long. The same seed makes the same choices, though not the same
 * interleaving.
 *
 * @param ledger the name of the ledger to be created, which must not exist
 * @param callsPerSecondMax of all clients together
 * @param callsMax of all clients together; the load ends early where they are used up
 * @param deadline of each call
 * @param settle for how long, after the load, to ask again for what is unknown and to wait for the
 *     read model
 */
public record Plan(
    String ledger,
    long seed,
    int clients,
    Duration time,
    int callsPerSecondMax,
    int callsMax,
    Duration deadline,
    Duration settle) {
  /** Eight clients for ten seconds, at 500 calls a second, in this ledger. */
  public static Plan of(String ledger, long seed) {
    return new Plan(
        ledger,
        seed,
        8,
        Duration.ofSeconds(10),
        500,
        100_000,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30));
  }

  /** The same for another time. */
  public Plan lasting(Duration other) {
    return new Plan(ledger, seed, clients, other, callsPerSecondMax, callsMax, deadline, settle);
  }

  /** The same by so many clients. */
  public Plan by(int otherClients) {
    return new Plan(
        ledger, seed, otherClients, time, callsPerSecondMax, callsMax, deadline, settle);
  }

  /** The same at so many calls a second, and so many in all. */
  public Plan at(int otherCallsPerSecondMax, int otherCallsMax) {
    return new Plan(
        ledger, seed, clients, time, otherCallsPerSecondMax, otherCallsMax, deadline, settle);
  }

  /** The same with another deadline of each call. */
  public Plan within(Duration otherDeadline) {
    return new Plan(
        ledger, seed, clients, time, callsPerSecondMax, callsMax, otherDeadline, settle);
  }

  /** The same, asking again after the load for so long. */
  public Plan settlingFor(Duration otherSettle) {
    return new Plan(
        ledger, seed, clients, time, callsPerSecondMax, callsMax, deadline, otherSettle);
  }
}
