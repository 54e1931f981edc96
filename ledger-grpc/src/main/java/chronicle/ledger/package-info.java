/** The ledger process: its composition root. */
@NullMarked
package chronicle.ledger;

import org.jspecify.annotations.NullMarked;
