package chronicle.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import chronicle.chaos.audit.Outcome;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.mesh.Part;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every scenario on the whole mesh, as short as it can be, with a seed that is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScenariosIT {
  private final Random seeds = new Random();
  private final Lab lab = Lab.start(Ground.WHOLE, EventStoreKind.found());

  @AfterAll
  void stop() {
    lab.close();
  }

  @Test
  @DisplayName("G1, G3, G12: a node of the event store killed mid-write loses and repeats nothing")
  void eventStoreNodeKilled() throws Exception {
    keepsItsPromises("event-store-node-killed");
  }

  @Test
  @DisplayName("G7, G12: commands go on with NATS killed")
  void natsKilled() throws Exception {
    keepsItsPromises("nats-killed");
  }

  @Test
  @DisplayName("G5, G7: projectors killed at random steps apply each event once")
  void projectorsKilledInTurn() throws Exception {
    keepsItsPromises("projectors-killed-in-turn");
  }

  @Test
  @DisplayName("G2, G12: a minority cut off forks nothing, and the rest serves on")
  void partitionMinority() throws Exception {
    keepsItsPromises("partition-minority");
  }

  @Test
  @DisplayName("G3, G12: without a majority commands fail in time, and none is lost or half done")
  void partitionMajority() throws Exception {
    keepsItsPromises("partition-majority");
  }

  @Test
  @DisplayName("G3, G4: 200 withdrawals through two ledgers never pass the limit")
  void racingWithdrawals() throws Exception {
    keepsItsPromises("racing-withdrawals");
  }

  @Test
  @DisplayName("G1, G7, G12: one of everything lost, the rest serves on")
  void regionLost() throws Exception {
    keepsItsPromises("region-lost");
  }

  @Test
  @DisplayName("G1, G2, G3: a ledger killed loses nothing, and the other serves on")
  void ledgerKilled() throws Exception {
    keepsItsPromises("ledger-killed");
  }

  @Test
  @DisplayName("G1, G2, G3: ledgers killed at random moments lose and repeat nothing")
  void ledgersKilledInTurn() throws Exception {
    keepsItsPromises("ledgers-killed-in-turn");
  }

  @Test
  @DisplayName("G1, G12: a ledger asked to end answers what it took")
  void ledgerTerminated() throws Exception {
    keepsItsPromises("ledger-terminated");
  }

  @Test
  @DisplayName("G3, G4: a ledger that froze and goes on does no harm")
  void ledgerPaused() throws Exception {
    keepsItsPromises("ledger-paused");
  }

  @Test
  @DisplayName("G8, G12: a ledger that stays frozen is left by its readers, who read on")
  void ledgerFrozen() throws Exception {
    keepsItsPromises("ledger-frozen");
  }

  @Test
  @DisplayName("G3, G12: with the event store frozen commands fail in time")
  void eventStorePaused() throws Exception {
    keepsItsPromises("event-store-paused");
  }

  @Test
  @DisplayName("G1, G3: a restart of the event store is survived without one of the ledger")
  void eventStoreRestarted() throws Exception {
    keepsItsPromises("event-store-restarted");
  }

  @Test
  @DisplayName("G3, G12: connections to the event store lost and made again")
  void eventStoreCut() throws Exception {
    keepsItsPromises("event-store-cut");
  }

  @Test
  @DisplayName("G3: commits whose answers are lost happen once")
  void eventStoreOneWay() throws Exception {
    keepsItsPromises("event-store-one-way");
  }

  @Test
  @DisplayName("G3, G12: a half-open way to the event store stops nobody for good")
  void eventStoreHalfOpen() throws Exception {
    keepsItsPromises("event-store-half-open");
  }

  @Test
  @DisplayName("G2, G3: a slow event store changes the rate alone")
  void slowDatabase() throws Exception {
    keepsItsPromises("slow-database");
  }

  @Test
  @DisplayName("G12: an outsider who takes all connections stops nobody for good")
  void connectionsTaken() throws Exception {
    keepsItsPromises("connections-taken");
  }

  @Test
  @DisplayName("G7: a restart of NATS loses no event")
  void natsRestarted() throws Exception {
    keepsItsPromises("nats-restarted");
  }

  @Test
  @DisplayName("G7, G12: wiped streams come back, sequence is position again")
  void natsWiped() throws Exception {
    keepsItsPromises("nats-wiped");
  }

  @Test
  @DisplayName("G7: streams restored from an old backup are taken further, not repeated")
  void natsRestored() throws Exception {
    keepsItsPromises("nats-restored");
  }

  @Test
  @DisplayName("G7, G12: another NATS server takes over the stream")
  void natsLeaderKilled() throws Exception {
    keepsItsPromises("nats-leader-killed");
  }

  @Test
  @DisplayName("G7, G12: NATS cut off silently slows no command")
  void natsUnreachable() throws Exception {
    keepsItsPromises("nats-unreachable");
  }

  @Test
  @DisplayName("G7, G8: with all projectors killed reads are refused rather than stale")
  void projectorsKilled() throws Exception {
    keepsItsPromises("projectors-killed");
  }

  @Test
  @DisplayName(
      "G7: an event that can't be read stops its ledger's projection, visibly, until it is mended")
  void poisonEvent() throws Exception {
    keepsItsPromises("poison-event");
  }

  @Test
  @DisplayName("G7, G12: the read model killed, commands go on and it catches up")
  void readModelKilled() throws Exception {
    keepsItsPromises("read-model-killed");
  }

  @Test
  @DisplayName("G7: a wiped read model comes back from the log")
  void readModelWiped() throws Exception {
    keepsItsPromises("read-model-wiped");
  }

  @Test
  @DisplayName("G12: with the gateway killed the services serve on")
  void gatewayKilled() throws Exception {
    keepsItsPromises("gateway-killed");
  }

  @Test
  @DisplayName("G2, G12: readers who stop reading stop nobody else, and miss nothing")
  void slowClient() throws Exception {
    keepsItsPromises("slow-client");
  }

  @Test
  @DisplayName("G3, G12: a full queue refuses at once, and what it refused does not happen")
  void queueFull() throws Exception {
    keepsItsPromises("queue-full");
  }

  @Test
  @DisplayName("G1, G3, G6, G7: random faults, two at once, break no promise")
  void mix() throws Exception {
    keepsItsPromises("mix");
  }

  @Test
  @DisplayName("G13: a stream broken by its ledger's death is no answer of the ledger")
  void streamBroken() throws Exception {
    var target = lab.mesh().gateway().target();
    var gateway = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      var stream = LedgerServiceGrpc.newBlockingV2Stub(gateway).streamCommands();
      stream.write(StreamCommandsRequest.getDefaultInstance());
      stream.read();

      lab.mesh().ledgers().forEach(Part::kill);

      assertThatExceptionOfType(StatusException.class)
          .isThrownBy(stream::read)
          .extracting(it -> new StatusRuntimeException(it.getStatus(), it.getTrailers()))
          .extracting(Outcome::of)
          .isEqualTo(new Outcome.Unknown(Outcome.BROKEN_OFF));
    } finally {
      gateway.shutdownNow();
      lab.heal();
    }
  }

  private void keepsItsPromises(String name) throws Exception {
    var scenario = Scenarios.named(name).orElseThrow();
    var seed = seeds.nextLong(1_000_000);

    var result = new Experiment(lab, scenario, Pace.SHORT, seed).run();

    assertThat(result.findings()).as("%s with seed %d", name, seed).isEmpty();
  }
}
