/**
 * The local mesh: PostgreSQL, NATS, Envoy and the services as processes of this machine, for {@code
 * ./chronicle up} and for every test that needs the real thing. Knows the services only as jars to
 * start.
 */
@NullMarked
package chronicle.mesh;

import org.jspecify.annotations.NullMarked;
