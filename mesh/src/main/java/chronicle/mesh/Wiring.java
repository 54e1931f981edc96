package chronicle.mesh;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** How the parts of a mesh reach each other: straight, or each over a {@link Link} of its own. */
final class Wiring implements AutoCloseable {
  private final boolean linked;
  private final IntUnaryOperator ports;
  private final Map<String, Link> links = new LinkedHashMap<>();

  Wiring(boolean linked, IntUnaryOperator ports) {
    this.linked = linked;
    this.ports = ports;
  }

  /** The port at which that client finds that server, which listens on {@code port}. */
  int port(String client, String server, int port) {
    if (!linked) {
      return port;
    }
    var name = name(client, server);
    return links.computeIfAbsent(name, _ -> new Link(name, ports.applyAsInt(0), port)).port();
  }

  /** The link between the two; throws where there is none. */
  Link link(String client, String server) {
    var link = links.get(name(client, server));
    if (link == null) {
      throw new IllegalArgumentException("There is no link " + name(client, server) + ".");
    }
    return link;
  }

  List<Link> links() {
    return List.copyOf(links.values());
  }

  @Override
  public void close() {
    links.values().forEach(Link::close);
  }

  private static String name(String client, String server) {
    return client + ">" + server;
  }
}
