package chronicle.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import chronicle.mesh.SmallDisk;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Scenarios that need a mesh of another kind. */
final class OtherGroundsIT {
  private static final long SEED = 1;

  @Test
  @DisplayName("G7, G12: a cache that is wiped, and dies, changes no answer and no command")
  void redisWiped() throws Exception {
    keepsItsPromises("redis-wiped");
  }

  @Test
  @DisplayName("G2, G10: clocks that jump change neither the order nor the past")
  void clockJumps() throws Exception {
    keepsItsPromises("clock-jumps");
  }

  @Test
  @DisplayName("G1, G3, G12: a full disk stops commands, and loses none that was acknowledged")
  void diskFull() throws Exception {
    assumeTrue(SmallDisk.isAllowed(), "this machine lets us mount no disk that could be full");
    keepsItsPromises("disk-full");
  }

  private static void keepsItsPromises(String name) throws Exception {
    var scenario = Scenarios.named(name).orElseThrow();

    try (var lab = Lab.start(scenario.ground(), EventStoreKind.POSTGRES)) {
      var result = new Experiment(lab, scenario, Pace.SHORT, SEED).run();

      assertThat(result.findings()).isEmpty();
    }
  }
}
