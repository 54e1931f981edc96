@NullMarked
package chronicle.ledger.relay;

import org.jspecify.annotations.NullMarked;
