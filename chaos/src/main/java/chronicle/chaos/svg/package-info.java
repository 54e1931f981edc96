/** What all pictures need. */
@NullMarked
package chronicle.chaos.svg;

import org.jspecify.annotations.NullMarked;
