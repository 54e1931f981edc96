package chronicle.chaos.lab;

/**
 * When the phases of an experiment changed, by the clock of the calls' history.
 *
 * @param begun the load was on
 * @param harmed the harm began
 * @param whole every part served again
 * @param caughtUp the read model had all that was acknowledged until then
 * @param ended the load ended
 */
record Phases(long begun, long harmed, long whole, long caughtUp, long ended) {}
