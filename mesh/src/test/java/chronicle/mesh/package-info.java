@NullMarked
package chronicle.mesh;

import org.jspecify.annotations.NullMarked;
