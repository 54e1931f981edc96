/** Where processors' time goes: what running JVMs do, and pictures of it. */
@NullMarked
package chronicle.chaos.profile;

import org.jspecify.annotations.NullMarked;
