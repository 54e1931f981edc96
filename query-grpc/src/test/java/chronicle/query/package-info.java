@NullMarked
package chronicle.query;

import org.jspecify.annotations.NullMarked;
