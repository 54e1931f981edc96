/**
 * The fault lab: a mesh is harmed under load, in named ways, and what its clients saw is checked
 * against the log.
 */
@NullMarked
package chronicle.chaos.lab;

import org.jspecify.annotations.NullMarked;
