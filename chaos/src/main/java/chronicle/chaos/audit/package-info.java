/**
 * Whether a deployment keeps its promises: a random load that is recorded as its clients saw it,
 * and a check of that history against the log, the read model and the stream. Black box: it knows
 * the protocol alone, and has a fold of its own.
 */
@NullMarked
package chronicle.chaos.audit;

import org.jspecify.annotations.NullMarked;
