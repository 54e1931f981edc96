/**
 * The projector: follows the logs of all ledgers and keeps the read model, each event applied once.
 */
@NullMarked
package chronicle.projector;

import org.jspecify.annotations.NullMarked;
