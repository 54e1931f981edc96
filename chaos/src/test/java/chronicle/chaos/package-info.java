@NullMarked
package chronicle.chaos;

import org.jspecify.annotations.NullMarked;
