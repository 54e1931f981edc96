/** The forms that a statement takes as a document: pure functions from its messages to text. */
@NullMarked
package chronicle.query.statement;

import org.jspecify.annotations.NullMarked;
