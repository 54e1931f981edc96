/**
 * What the log's events make of a read model, as digests to hold one against: the ledger's own
 * fold, which shares no code with the projector's.
 */
@NullMarked
package chronicle.ledger.digest;

import org.jspecify.annotations.NullMarked;
