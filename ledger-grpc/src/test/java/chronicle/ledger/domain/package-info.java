@NullMarked
package chronicle.ledger.domain;

import org.jspecify.annotations.NullMarked;
