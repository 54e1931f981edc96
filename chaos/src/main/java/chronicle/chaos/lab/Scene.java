package chronicle.chaos.lab;

import chronicle.mesh.Mesh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/** What a scenario plays with: the mesh under load, chance, time, and a place for what is wrong. */
final class Scene {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Lab lab;
  private final Timeline timeline;
  private final String ledger;
  private final Duration length;
  private final Random random;
  private final List<String> findings = new ArrayList<>();

  Scene(Lab lab, Timeline timeline, String ledger, Duration length, long seed) {
    this.lab = lab;
    this.timeline = timeline;
    this.ledger = ledger;
    this.length = length;
    this.random = new Random(seed);
  }

  Lab lab() {
    return lab;
  }

  Mesh mesh() {
    return lab.mesh();
  }

  /** The ledger under load. */
  String ledger() {
    return ledger;
  }

  Random random() {
    return random;
  }

  /** For how long the harm is to last in all. */
  Duration length() {
    return length;
  }

  /** Says what happens now. */
  void mark(String what) {
    timeline.mark(what);
  }

  /** Lets things go on as they are for the whole length. */
  void hold() throws InterruptedException {
    Thread.sleep(length);
  }

  /** Lets things go on as they are for up to so long, at random, one millisecond at least. */
  void holdUpTo(Duration most) throws InterruptedException {
    Thread.sleep(1 + random.nextLong(most.toMillis()));
  }

  /** Takes down what is wrong unless it holds. */
  void require(boolean holds, String otherwise) {
    if (!holds) {
      findings.add(otherwise);
    }
  }

  /** Waits until the condition holds; takes down what is wrong if it takes more than a minute. */
  void await(String condition, Callable<Boolean> holds) throws Exception {
    var untilNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.call()) {
      if (System.nanoTime() > untilNanos) {
        findings.add("It did not come to this within a minute: " + condition);
        return;
      }
      Thread.sleep(POLL);
    }
  }

  List<String> findings() {
    return List.copyOf(findings);
  }

  /** One of several, at random. */
  <T> T any(List<? extends T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
