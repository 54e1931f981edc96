/**
 * The log: one total order of events per ledger, and the one thread per ledger and process that
 * adds to it.
 */
@NullMarked
package chronicle.ledger.log;

import org.jspecify.annotations.NullMarked;
