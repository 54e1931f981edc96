package chronicle.mesh;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * One node of an insecure CockroachDB cluster on the loopback interface, from a {@code cockroach}
 * binary on PATH.
 */
public final class CockroachNode implements Part {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private static final String BINARY = "cockroach";
  private static final String NO_BINARY =
      "cockroach is not on PATH: install CockroachDB, or leave --event-store out to run on PostgreSQL.";

  private final int sqlPort;
  private final int httpPort;
  private final ServerProcess process;

  private CockroachNode(
      String name, StateDirectory state, int sqlPort, int httpPort, Supplier<String> join) {
    this.sqlPort = sqlPort;
    this.httpPort = httpPort;
    var store = state.directory("cockroach").resolve(name);
    var program =
        new ServerProcess.Program(
            name, () -> command(store, join.get()), Map.of(), state.log(name), "TERM", START_MAX);
    this.process = new ServerProcess(program, () -> Health.accepts(sqlPort));
  }

  /** The nodes of a cluster; none runs yet. */
  static List<CockroachNode> cluster(int size, StateDirectory state, IntUnaryOperator ports) {
    var nodes = new ArrayList<CockroachNode>();
    for (int i = 0; i < size; i++) {
      nodes.add(
          new CockroachNode(
              "cockroach-" + (i + 1),
              state,
              ports.applyAsInt(26257 + i),
              ports.applyAsInt(28080 + i),
              () -> hosts(nodes)));
    }
    return nodes;
  }

  /**
   * Joins the running nodes to a cluster, unless they were before, and creates the database if it
   * does not exist.
   */
  static void initialize(List<CockroachNode> nodes, String database) {
    try {
      Shell.run(
          binary().toString(),
          "init",
          "--insecure",
          "--host=" + Ports.target(nodes.getFirst().sqlPort));
    } catch (MeshException e) {
      if (!String.valueOf(e.getMessage()).contains("already been initialized")) {
        throw e;
      }
    }
    createDatabase(jdbcUrl(nodes, "defaultdb"), database);
  }

  /** The JDBC URL of a database: any node serves it. */
  static String jdbcUrl(List<CockroachNode> nodes, String database) {
    return jdbcUrl(nodes, database, CockroachNode::sqlPort);
  }

  /** The same, for a client that finds the nodes at other ports. */
  static String jdbcUrl(
      List<CockroachNode> nodes, String database, ToIntFunction<CockroachNode> port) {
    var hosts =
        nodes.stream()
            .map(node -> Ports.target(port.applyAsInt(node)))
            .collect(Collectors.joining(","));
    return "jdbc:postgresql://%s/%s?user=root&sslmode=disable".formatted(hosts, database);
  }

  /** Whether this machine has the binary. */
  public static boolean isAvailable() {
    return Shell.find(BINARY).isPresent();
  }

  int sqlPort() {
    return sqlPort;
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public List<Integer> ports() {
    return List.of(sqlPort, httpPort);
  }

  @Override
  public String where() {
    return "%s, page http://%s".formatted(Ports.target(sqlPort), Ports.target(httpPort));
  }

  @Override
  public List<String> missing() {
    return Shell.find(BINARY).isPresent() ? List.of() : List.of(NO_BINARY);
  }

  private List<String> command(Path store, String join) {
    return List.of(
        binary().toString(),
        "start",
        "--insecure",
        "--store=" + store,
        "--listen-addr=" + Ports.target(sqlPort),
        "--http-addr=" + Ports.target(httpPort),
        "--join=" + join,
        "--cache=128MiB",
        "--max-sql-memory=128MiB",
        "--logtostderr=WARNING");
  }

  private static String hosts(List<CockroachNode> nodes) {
    return nodes.stream().map(node -> Ports.target(node.sqlPort)).collect(Collectors.joining(","));
  }

  private static Path binary() {
    return Shell.find(BINARY).orElseThrow(() -> new MeshException(NO_BINARY));
  }

  private static void createDatabase(String url, String database) {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS " + database);
    } catch (SQLException e) {
      throw new MeshException("The CockroachDB cluster does not answer.", e);
    }
  }
}
