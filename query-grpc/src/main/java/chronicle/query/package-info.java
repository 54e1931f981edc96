/** Answers questions about accounts and their past from the read model. */
@NullMarked
package chronicle.query;

import org.jspecify.annotations.NullMarked;
