/**
 * What proves ChronicleLedger from outside: a benchmark, a guided tour, end-to-end tests. Knows the
 * protocol and the mesh, and no service's classes.
 */
@NullMarked
package chronicle.chaos;

import org.jspecify.annotations.NullMarked;
