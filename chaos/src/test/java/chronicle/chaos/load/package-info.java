/** Tests of the load generator. */
@NullMarked
package chronicle.chaos.load;

import org.jspecify.annotations.NullMarked;
