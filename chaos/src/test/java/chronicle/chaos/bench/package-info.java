/** Tests of the benchmark. */
@NullMarked
package chronicle.chaos.bench;

import org.jspecify.annotations.NullMarked;
