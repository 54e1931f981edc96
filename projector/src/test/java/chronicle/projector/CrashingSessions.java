package chronicle.projector;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sessions whose connection breaks once, at the n-th step from the time it was armed: a step is one
 * statement, COPY or commit, and the break comes before it is sent, or after it was done and before
 * the answer is seen.
 */
final class CrashingSessions implements Sessions {
  private static final Set<String> STEPS =
      Set.of("execute", "executeUpdate", "executeQuery", "unwrap", "commit");

  private final Sessions sessions;
  private final AtomicInteger stepsLeft = new AtomicInteger(Integer.MAX_VALUE);
  private volatile boolean afterwards;
  private volatile boolean crashed;

  CrashingSessions(Sessions sessions) {
    this.sessions = sessions;
  }

  void arm(int step, boolean afterwards) {
    this.afterwards = afterwards;
    this.crashed = false;
    stepsLeft.set(step);
  }

  boolean crashed() {
    return crashed;
  }

  @Override
  public Connection open() throws SQLException {
    var connection = sessions.open();
    return proxy(
        Connection.class,
        (_, method, arguments) -> {
          var result = step(connection, connection, method, arguments);
          return switch (result) {
            case PreparedStatement statement ->
                proxy(PreparedStatement.class, (_, m, a) -> step(connection, statement, m, a));
            case Statement statement ->
                proxy(Statement.class, (_, m, a) -> step(connection, statement, m, a));
            case null, default -> result;
          };
        });
  }

  private @Nullable Object step(
      Connection connection, Object target, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    var now = STEPS.contains(method.getName()) && stepsLeft.decrementAndGet() == 0;
    if (now && !afterwards) {
      crash(connection);
    }
    var result = invoke(target, method, arguments);
    if (now) {
      crash(connection);
    }
    return result;
  }

  private static @Nullable Object invoke(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  private void crash(Connection connection) throws SQLException {
    crashed = true;
    connection.abort((Executor) Runnable::run);
    throw new SQLException("the connection broke", "08006");
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            CrashingSessions.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
