@NullMarked
package chronicle.ledger.feed;

import org.jspecify.annotations.NullMarked;
