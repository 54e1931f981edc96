package chronicle.chaos.audit;

import chronicle.ledger.v1.GetAccountStateRequest;
import com.google.protobuf.Message;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The connections to a deployment, one for each address. */
final class Channels implements AutoCloseable {
  private static final int MESSAGE_BYTES_MAX = 64 << 20;

  private final Map<String, ManagedChannel> byTarget = new HashMap<>();
  private final List<ManagedChannel> ledgers;
  private final List<ManagedChannel> queries;

  Channels(Targets targets) {
    ledgers = targets.ledgers().stream().map(this::channel).toList();
    queries = targets.queries().stream().map(this::channel).toList();
  }

  /** One that answers that question. */
  ManagedChannel to(Message question, Random random) {
    return question instanceof GetAccountStateRequest ? ledger(random) : query(random);
  }

  ManagedChannel ledger(Random random) {
    return any(ledgers, random);
  }

  private ManagedChannel query(Random random) {
    return any(queries, random);
  }

  @Override
  public void close() {
    byTarget.values().forEach(ManagedChannel::shutdownNow);
  }

  private ManagedChannel channel(String target) {
    return byTarget.computeIfAbsent(
        target,
        _ ->
            Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build());
  }

  private static ManagedChannel any(List<ManagedChannel> channels, Random random) {
    return channels.get(random.nextInt(channels.size()));
  }
}
