@NullMarked
package chronicle.chaos.lab;

import org.jspecify.annotations.NullMarked;
