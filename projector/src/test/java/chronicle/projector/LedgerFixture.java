package chronicle.projector;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetFoldDigestRequest;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.ledger.v1.IntegrityServiceGrpc;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ListLedgersResponse;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.ReadEventsResponse;
import chronicle.runtime.Failure;
import chronicle.runtime.Failures;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The ledger service's side of the protocol over logs held in memory, on a port that stays the same
 * while it is down.
 */
final class LedgerFixture implements AutoCloseable {
  private final Map<String, Supplier<List<Event>>> logs = new ConcurrentHashMap<>();
  private final Map<String, String> incarnations = new ConcurrentHashMap<>();
  private final AtomicLong reads = new AtomicLong();
  private volatile long damaged;
  private final int port = chronicle.mesh.Ports.free();
  private final ManagedChannel channel =
      Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()).build();
  private Optional<Server> server = Optional.empty();

  void add(String ledger, String incarnation, Supplier<List<Event>> log) {
    logs.put(ledger, log);
    incarnations.put(ledger, incarnation);
  }

  void start() throws IOException {
    server =
        Optional.of(
            Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
                .addService(new Ledgers())
                .addService(new Log())
                .addService(new Integrity())
                .build()
                .start());
  }

  void stop() throws InterruptedException {
    if (server.isPresent()) {
      server.get().shutdownNow().awaitTermination();
    }
  }

  /** From now on the event at this position can't be read; none is at 0. */
  void damage(long position) {
    damaged = position;
  }

  LogReader reader() {
    return new LogReader(channel);
  }

  /** How many events were read from the log itself. */
  long reads() {
    return reads.get();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.ifPresent(Server::shutdownNow);
  }

  private final class Ledgers extends LedgerServiceGrpc.LedgerServiceImplBase {
    @Override
    public void listLedgers(ListLedgersRequest request, StreamObserver<ListLedgersResponse> reply) {
      var response = ListLedgersResponse.newBuilder();
      logs.forEach((ledger, log) ->
          response.addLedgers(
              Ledger.newBuilder()
                  .setLedger(ledger)
                  .setPosition(log.get().size())
                  .setIncarnation(incarnations.getOrDefault(ledger, ""))));
      reply.onNext(response.build());
      reply.onCompleted();
    }
  }

  /**
   * Folds a log by the projector's own fold; that the ledger's is the same, the mesh's tests show.
   */
  private final class Integrity extends IntegrityServiceGrpc.IntegrityServiceImplBase {
    @Override
    public void getFoldDigest(
        GetFoldDigestRequest request, StreamObserver<GetFoldDigestResponse> reply) {
      var ledger = request.getLedger();
      var events = logs.getOrDefault(ledger, List::of).get();
      FoldDigests.of(
              events.subList(0, (int) request.getPosition()), incarnations.getOrDefault(ledger, ""))
          .forEach(reply::onNext);
      reply.onCompleted();
    }
  }

  private final class Log extends EventLogServiceGrpc.EventLogServiceImplBase {
    @Override
    public void readEvents(ReadEventsRequest request, StreamObserver<ReadEventsResponse> reply) {
      var events =
          logs.getOrDefault(request.getLedger(), List::of).get().stream()
              .skip(request.getFromPosition() - 1)
              .limit(request.getMaxEvents() == 0 ? Long.MAX_VALUE : request.getMaxEvents())
              .takeWhile(event ->
                  request.getToPosition() == 0 || event.getPosition() <= request.getToPosition())
              .toList();
      var message = ReadEventsResponse.newBuilder();
      for (var event : events) {
        if (event.getPosition() == damaged) {
          send(message, reply);
          reply.onError(
              StatusProto.toStatusRuntimeException(
                  Failures.status(Failure.of(ErrorReason.LEDGER_STOPPED, "damaged"))));
          return;
        }
        reads.incrementAndGet();
        if (request.getEventsPerMessage() == 0) {
          reply.onNext(ReadEventsResponse.newBuilder().setEvent(event).build());
        } else if (message.addEvents(event).getEventsCount() == request.getEventsPerMessage()) {
          reply.onNext(message.build());
          message = ReadEventsResponse.newBuilder();
        }
      }
      send(message, reply);
      reply.onCompleted();
    }

    private void send(
        ReadEventsResponse.Builder message, StreamObserver<ReadEventsResponse> reply) {
      if (message.getEventsCount() > 0) {
        reply.onNext(message.build());
      }
    }
  }
}
