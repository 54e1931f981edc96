@NullMarked
package chronicle.ledger.log;

import org.jspecify.annotations.NullMarked;
