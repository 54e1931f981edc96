/**
 * The feed: a ledger's log as it grows, read from the store once for however many follow it.
 *
 * <p>The newest events are kept in memory; what is older is read in pages that never change and
 * that all who are behind share.
 */
@NullMarked
package chronicle.ledger.feed;

import org.jspecify.annotations.NullMarked;
