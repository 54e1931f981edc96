/** The gRPC edge: a message becomes a command or an error here, and an outcome becomes a reply. */
@NullMarked
package chronicle.ledger.service;

import org.jspecify.annotations.NullMarked;
