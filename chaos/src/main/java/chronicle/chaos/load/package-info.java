/**
 * The load generator: keeps calls going over connections of its own, in a closed or an open loop,
 * measures them, and knows what the ledger must hold after them.
 */
@NullMarked
package chronicle.chaos.load;

import org.jspecify.annotations.NullMarked;
