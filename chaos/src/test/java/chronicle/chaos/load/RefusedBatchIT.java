package chronicle.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.mesh.Mesh;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the load generator makes of a batch of which not all was executed. */
final class RefusedBatchIT {
  private static final String LEDGER = "main";
  private static final int ACCOUNTS = 10;

  @Test
  void aBatchWithARefusedCommandHasFailedAndIsNoWrongAnswer() throws Exception {
    try (var mesh = Mesh.builder().withoutGateway().projectors(0).queries(0).start()) {
      var target = mesh.ledgers().getFirst().target();
      try (var load = new LoadGenerator(servers(target), 1, ACCOUNTS)) {
        freezeAnAccount(target);
        var independent = Scenario.BATCH.variants().getLast();

        var measured = load.run(independent, new Pacing.Closed(4), Duration.ofMillis(300));

        assertThat(measured.errors()).isPositive();
        assertThat(load.failures().keySet()).singleElement().asString().contains("frozen");
        assertThat(load.faults()).isEmpty();
      }
    }
  }

  private static Servers servers(String ledgerTarget) {
    return new Servers(ledgerTarget, Optional.empty(), LEDGER);
  }

  private static void freezeAnAccount(String target) {
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      var _ =
          LedgerServiceGrpc.newBlockingStub(channel)
              .freezeAccount(
                  FreezeAccountRequest.newBuilder()
                      .setLedger(LEDGER)
                      .setAccount(anAccount(channel))
                      .build());
    } finally {
      channel.shutdownNow();
    }
  }

  private static String anAccount(Channel channel) {
    return EventLogServiceGrpc.newBlockingStub(channel)
        .readEvents(
            ReadEventsRequest.newBuilder().setLedger(LEDGER).addTypes("AccountCreated").build())
        .next()
        .getEvent()
        .getAccount();
  }
}
