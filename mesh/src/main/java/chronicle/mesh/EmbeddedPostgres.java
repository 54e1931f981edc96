package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A durable PostgreSQL server on the loopback interface; its data outlives stops, kills and this
 * JVM.
 */
public final class EmbeddedPostgres implements Part {
  private static final String BINARIES = "postgres-18.6.0";
  private static final String SUPERUSER = "postgres";
  private static final String DUPLICATE_DATABASE = "42P04";
  // After kill -9 the server first replays its log, up to max_wal_size.
  private static final Duration START_MAX = Duration.ofSeconds(60);

  /**
   * Memory for pages: for the newest events and the upper levels of the indexes, which is all that
   * is needed again where accounts are few. With 3 GB a short log was a tenth slower.
   */
  static final int BUFFER_MEGABYTES = 256;

  /**
   * Deviations from PostgreSQL's defaults, under which every commit is on disk before it is
   * acknowledged.
   */
  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=" + Ports.LOOPBACK,
          "unix_socket_directories=",
          // No answer may depend on where the machine stands.
          "timezone=UTC",
          "log_timezone=UTC",
          // The first change of a page after a checkpoint logs the whole page, so checkpoints are
          // to be rare while a benchmark runs; a restart after kill -9 replays at most this much.
          "max_wal_size=4GB",
          // Segments are recycled rather than created, which a commit would wait for; as long as
          // there
          // are none to recycle, 50 ms every 16 MB while a new one is filled with zeros.
          "min_wal_size=512MB",
          "wal_init_zero=off");

  private final Path directory;
  private final int port;
  private final int bufferMegabytes;
  private final ServerProcess process;

  /**
   * A server with that name and port; it does not run yet, and its data is made by its first start.
   */
  EmbeddedPostgres(
      String name,
      StateDirectory state,
      int port,
      int bufferMegabytes,
      Map<String, String> environment) {
    this.directory = state.directory(name);
    this.port = port;
    this.bufferMegabytes = bufferMegabytes;
    this.process =
        new ServerProcess(
            new ServerProcess.Program(
                name, this::command, environment, state.log(name), "INT", START_MAX),
            this::answers);
  }

  /** The server that all tests of this JVM share; runs until the JVM ends. */
  public static EmbeddedPostgres shared() {
    return Shared.SERVER;
  }

  /** A server for tests, with a free port and data of its own; it does not run yet. */
  public static EmbeddedPostgres scratch() {
    return new EmbeddedPostgres(
        "postgres", StateDirectory.scratch("postgres"), Ports.free(), BUFFER_MEGABYTES, Map.of());
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public void launch() {
    createCluster();
    process.launch();
  }

  @Override
  public List<Integer> ports() {
    return List.of(port);
  }

  @Override
  public String where() {
    return Ports.target(port);
  }

  @Override
  public List<String> missing() {
    var missing = new ArrayList<>(PostgresBinaries.missing());
    if (isRoot() && Shell.find("unshare").isEmpty()) {
      missing.add(
          "unshare is not on PATH (package util-linux): PostgreSQL does not run as root without it.");
    }
    return missing;
  }

  /** The JDBC URL of a database, which need not exist. */
  public String jdbcUrl(String database) {
    return jdbcUrl(database, port);
  }

  /** Starts the server again with all databases lost. */
  public void wipe() {
    stop();
    Trees.delete(Path.of(data()));
    start();
  }

  int port() {
    return port;
  }

  /** The same, for a client that finds the server at another port. */
  static String jdbcUrl(String database, int port) {
    return "jdbc:postgresql://%s:%d/%s?user=%s"
        .formatted(Ports.LOOPBACK, port, database, SUPERUSER);
  }

  /** Creates the database unless it exists, and returns its JDBC URL. */
  public String createDatabase(String database) {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE \"%s\"".formatted(database));
    } catch (SQLException e) {
      if (!DUPLICATE_DATABASE.equals(e.getSQLState())) {
        throw new MeshException("Can't create database " + database + ".", e);
      }
    }
    return jdbcUrl(database);
  }

  private List<String> command() {
    var command = asUnprivilegedUser("postgres", "-D", data(), "-p", Integer.toString(port));
    command.addAll(List.of("-c", "shared_buffers=%dMB".formatted(bufferMegabytes)));
    SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
    return command;
  }

  private void createCluster() {
    if (Files.exists(Path.of(data()))) {
      return;
    }
    try {
      Files.createDirectories(directory);
      var unfinished = directory.resolve("data.unfinished");
      Trees.delete(unfinished);
      // No locale: text sorts by its bytes, as on CockroachDB. Trust: only this machine can
      // connect.
      Shell.run(
          asUnprivilegedUser(
                  "initdb",
                  "--pgdata=" + unfinished,
                  "--username=" + SUPERUSER,
                  "--auth=trust",
                  "--encoding=UTF8",
                  "--no-locale",
                  "--no-instructions")
              .toArray(String[]::new));
      Files.move(unfinished, Path.of(data()), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private boolean answers() {
    try (var connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl("postgres"));
  }

  /**
   * The command as someone other than root, as whom PostgreSQL refuses to run: in a user namespace
   * without a mapping root is nobody, and its files are nobody's too.
   */
  private static List<String> asUnprivilegedUser(String program, String... arguments) {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(List.of("unshare", "--user"));
    }
    var binaries =
        new Cache(Workspace.find().cache()).directory(BINARIES, PostgresBinaries::unpack);
    command.add(binaries.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static final class Shared {
    static final EmbeddedPostgres SERVER = scratch();

    static {
      SERVER.start();
    }
  }
}
