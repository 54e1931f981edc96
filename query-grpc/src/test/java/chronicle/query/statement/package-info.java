@NullMarked
package chronicle.query.statement;

import org.jspecify.annotations.NullMarked;
