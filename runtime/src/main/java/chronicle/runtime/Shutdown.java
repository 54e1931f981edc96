package chronicle.runtime;

import java.util.concurrent.CountDownLatch;

/** Word that the process is to end, given once, by SIGTERM, SIGINT or {@link #request}. */
public final class Shutdown {
  private final Thread main;
  private final CountDownLatch requested = new CountDownLatch(1);
  private boolean waiting;

  Shutdown(Thread main) {
    this.main = main;
  }

  /** Returns once the process is to end; called by the main thread when it serves. */
  public void await() {
    synchronized (this) {
      waiting = true;
    }
    try {
      requested.await();
    } catch (InterruptedException _) {
      // Requested while the process was starting; the interrupt is spent.
    }
  }

  /**
   * Asks the process to end, from any thread; while it is still starting, its main thread is
   * interrupted.
   */
  public synchronized void request() {
    requested.countDown();
    if (!waiting) {
      main.interrupt();
    }
  }
}
