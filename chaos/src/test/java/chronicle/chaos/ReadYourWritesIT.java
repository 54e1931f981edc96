package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static chronicle.chaos.RunningMesh.MESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.mesh.Part;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Whoever wrote reads what was written, while all that write the read model die again and again.
 */
final class ReadYourWritesIT {
  private static final int CLIENTS = 8;
  private static final int READS_PER_CLIENT = 125;
  private static final int READS = CLIENTS * READS_PER_CLIENT;
  private static final int KILLS = 9;
  private static final Duration PROGRESS_MAX = Duration.ofMinutes(2);
  private static final int REFUSALS_MAX = 50;

  private final AtomicInteger right = new AtomicInteger();

  @Test
  @DisplayName(
      "G8: 1,000 of 1,000 reads right after the write they ask for are right, over gRPC and REST,"
          + " while all projectors are killed again and again")
  void everyReadOfOnesOwnWriteIsRight() throws Exception {
    try (var threads = Executors.newFixedThreadPool(CLIENTS)) {
      var clients =
          IntStream.range(0, CLIENTS).mapToObj(_ -> threads.submit(this::writeAndRead)).toList();
      for (var kill = 1; kill <= KILLS; kill++) {
        awaitReads(kill * READS / (KILLS + 1), clients);
        MESH.projectors().forEach(Part::kill);
        MESH.projectors().forEach(Part::launch);
        MESH.projectors().forEach(Part::awaitReady);
      }
      for (var client : clients) {
        client.get();
      }
    }

    assertThat(right).hasValue(READS);
  }

  private void awaitReads(int count, List<? extends Future<?>> clients) {
    await()
        .atMost(PROGRESS_MAX)
        .until(() -> right.get() >= count || clients.stream().anyMatch(Future::isDone));
  }

  /** Nobody else writes to the account: each answer is due to the last unit. */
  private boolean writeAndRead() throws IOException, InterruptedException {
    var account = GATEWAY.open(0);
    for (var i = 1; i <= READS_PER_CLIENT; i++) {
      var receipt = GATEWAY.deposit(account, 1, Client.fresh("mine"));
      if (i % 2 == 0) {
        assertRightOverGrpc(account, receipt, i);
      } else {
        assertRightOverRest(account, receipt, i);
      }
      right.incrementAndGet();
    }
    return true;
  }

  private static void assertRightOverGrpc(String account, CommandReceipt receipt, int posted) {
    for (var refusals = 0; refusals < REFUSALS_MAX; refusals++) {
      try {
        var balance = GATEWAY.balance(account, receipt.getPosition());
        assertThat(balance.getPosted()).isEqualTo(euros(posted));
        assertThat(balance.getPosition()).isEqualTo(receipt.getPosition());
        assertThat(balance.getReadPosition()).isGreaterThanOrEqualTo(receipt.getPosition());
        return;
      } catch (StatusRuntimeException e) {
        assertThat(Refusals.info(e).getReason()).isEqualTo("PROJECTION_BEHIND");
      }
    }
    throw new AssertionError("the read model never reached " + receipt.getPosition());
  }

  private static void assertRightOverRest(String account, CommandReceipt receipt, int posted)
      throws IOException, InterruptedException {
    var path = "/v1/accounts/%s/balance?min_position=%d".formatted(account, receipt.getPosition());
    for (var refusals = 0; refusals < REFUSALS_MAX; refusals++) {
      var answer = Http.get(path);
      if (answer.statusCode() == 200) {
        assertThat(answer.body())
            .contains(
                "\"posted\":{\"currency_code\":\"EUR\",\"minor_units\":\"%d\"}".formatted(posted))
            .contains("\"position\":\"%d\"".formatted(receipt.getPosition()));
        return;
      }
      assertThat(answer.body()).contains("PROJECTION_BEHIND");
    }
    throw new AssertionError("the read model never reached " + receipt.getPosition());
  }
}
