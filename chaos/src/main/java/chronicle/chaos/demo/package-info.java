/** The tour: what ChronicleLedger does, played and checked against the running mesh. */
@NullMarked
package chronicle.chaos.demo;

import org.jspecify.annotations.NullMarked;
