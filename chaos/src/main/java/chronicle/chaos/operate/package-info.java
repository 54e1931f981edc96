/** What operators ask of a running deployment's read model. */
@NullMarked
package chronicle.chaos.operate;

import org.jspecify.annotations.NullMarked;
