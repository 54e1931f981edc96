/**
 * What a ledger is: pure decisions and folds, with no clock, no random, no I/O and nothing but the
 * JDK.
 */
@NullMarked
package chronicle.ledger.domain;

import org.jspecify.annotations.NullMarked;
