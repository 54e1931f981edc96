@NullMarked
package chronicle.chaos.audit;

import org.jspecify.annotations.NullMarked;
