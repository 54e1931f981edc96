@NullMarked
package chronicle.ledger;

import org.jspecify.annotations.NullMarked;
