package chronicle.runtime;

/**
 * A process's picocli command: its options are fields, and it builds its graph of objects in {@code
 * run}.
 */
public interface Program {
  /** Serves until {@code shutdown.await()} returns, then closes what it opened. */
  void run(Shutdown shutdown) throws Exception;
}
