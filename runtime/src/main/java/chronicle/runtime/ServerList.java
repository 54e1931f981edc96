package chronicle.runtime;

import static java.util.Objects.requireNonNull;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Lets gRPC connect to a fixed list of servers: {@code servers:///host:port,host:port}. Names are
 * looked up again whenever a connection is lost.
 */
final class ServerList extends NameResolverProvider {
  private static final String SCHEME = "servers";
  private static final int PRIORITY = 5;

  /** The target for a comma list of {@code host:port}; throws where an entry is not one. */
  static String target(String list) {
    var servers = List.of(list.split(",", -1));
    servers.forEach(ServerList::address);
    return SCHEME + ":///" + String.join(",", servers);
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    var servers =
        Stream.of(target.getPath().substring(1).split(",", -1)).map(ServerList::address).toList();
    return new Addresses(servers, args);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }

  private static InetSocketAddress address(String server) {
    var uri = URI.create("tcp://" + server.strip());
    if (uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException("not of the form host:port: " + server);
    }
    return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort());
  }

  private static final class Addresses extends NameResolver {
    private final List<InetSocketAddress> servers;
    private final Executor lookups;
    private final SynchronizationContext context;
    private Optional<Listener2> listener = Optional.empty();

    Addresses(List<InetSocketAddress> servers, Args args) {
      this.servers = servers;
      this.lookups = requireNonNull(args.getOffloadExecutor());
      this.context = args.getSynchronizationContext();
    }

    @Override
    public String getServiceAuthority() {
      return servers.getFirst().getHostString();
    }

    @Override
    public void start(Listener2 told) {
      listener = Optional.of(told);
      refresh();
    }

    /** gRPC asks for it when a connection is lost. */
    @Override
    public void refresh() {
      listener.ifPresent(told -> lookups.execute(() -> lookUp(told)));
    }

    @Override
    public void shutdown() {}

    private void lookUp(Listener2 told) {
      var found =
          servers.stream()
              .map(server -> new InetSocketAddress(server.getHostString(), server.getPort()))
              .filter(server -> !server.isUnresolved())
              .map(EquivalentAddressGroup::new)
              .toList();
      var result =
          found.isEmpty()
              ? StatusOr.<List<EquivalentAddressGroup>>fromStatus(
                  Status.UNAVAILABLE.withDescription("no address for any of " + servers))
              : StatusOr.fromValue(found);
      context.execute(
          () -> told.onResult2(ResolutionResult.newBuilder().setAddressesOrError(result).build()));
    }
  }
}
