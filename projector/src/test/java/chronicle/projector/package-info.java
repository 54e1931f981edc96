/** Tests of the projector. */
@NullMarked
package chronicle.projector;

import org.jspecify.annotations.NullMarked;
