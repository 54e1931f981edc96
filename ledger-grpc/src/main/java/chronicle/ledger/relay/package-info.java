/**
 * The relay: the log, published to JetStream so that a message's sequence is its event's position.
 */
@NullMarked
package chronicle.ledger.relay;

import org.jspecify.annotations.NullMarked;
