/** A ledger of another make, against which simulations hold the product's. */
@NullMarked
package chronicle.ledger.model;

import org.jspecify.annotations.NullMarked;
