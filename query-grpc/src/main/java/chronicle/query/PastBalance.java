package chronicle.query;

import org.jspecify.annotations.Nullable;

/**
 * A balance asked for.
 *
 * @param position as of which, rounded down to the end of a command
 * @param micros the {@link Place#micros} of the position, where it is known to be such an end
 */
record PastBalance(String account, long position, @Nullable Long micros) {}
