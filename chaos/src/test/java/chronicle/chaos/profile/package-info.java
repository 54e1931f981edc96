@NullMarked
package chronicle.chaos.profile;

import org.jspecify.annotations.NullMarked;
