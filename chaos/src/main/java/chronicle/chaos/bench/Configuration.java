package chronicle.chaos.bench;

import chronicle.chaos.load.Scenario;
import chronicle.chaos.load.Servers;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.mesh.Mesh;
import chronicle.mesh.MeshBuilder;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What is measured, and what runs beside it. */
sealed interface Configuration {
  /** What the report calls it. */
  String description();

  /** The same in a word, for the names of files. */
  String slug();

  /** Starts it, serving. */
  Deployment start();

  /** The scenarios that make sense in it, in the order in which they are measured. */
  List<Scenario> scenarios();

  /** A mesh of the bench's own, its log in PostgreSQL unless said otherwise. */
  record Own(boolean everything, EventStore eventStore) implements Configuration {
    @Override
    public String description() {
      return everything
          ? "with relay, projector, query and gateway running"
          : "ledger and database alone";
    }

    @Override
    public String slug() {
      return everything ? "mesh" : "alone";
    }

    @Override
    public Deployment start() {
      var builder = eventStore.configure(Mesh.builder());
      return Deployment.of(everything ? builder.start() : alone(builder));
    }

    @Override
    public List<Scenario> scenarios() {
      return everything
          ? List.of(Scenario.values())
          : List.of(Scenario.values()).stream().filter(it -> !it.reads()).toList();
    }

    private static Mesh alone(MeshBuilder builder) {
      var mesh = builder.withoutGateway().projectors(0).queries(0).start();
      mesh.nats().stop();
      return mesh;
    }
  }

  /** Services that run already; the bench makes a ledger of its own on them. */
  record Running(String ledgerTarget, Optional<String> queryTarget) implements Configuration {
    private static final long ANSWER_SECONDS_MAX = 10;

    @Override
    public String description() {
      return "as it runs at " + ledgerTarget;
    }

    @Override
    public String slug() {
      return "running";
    }

    @Override
    public Deployment start() {
      var ledger = "bench-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
      var channel =
          Grpc.newChannelBuilder(ledgerTarget, InsecureChannelCredentials.create()).build();
      try {
        var _ =
            LedgerServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
                .createLedger(CreateLedgerRequest.newBuilder().setLedger(ledger).build());
      } finally {
        channel.shutdownNow();
      }
      return Deployment.at(new Servers(ledgerTarget, queryTarget, ledger));
    }

    @Override
    public List<Scenario> scenarios() {
      return List.of(Scenario.values()).stream()
          .filter(it -> queryTarget.isPresent() ? it != Scenario.REBUILD : !it.reads())
          .toList();
    }
  }

  /** Where the log is kept. */
  sealed interface EventStore {
    /** Has the mesh use it. */
    MeshBuilder configure(MeshBuilder builder);

    /** The mesh's own PostgreSQL, as {@code ./chronicle up} runs it. */
    record Postgres() implements EventStore {
      @Override
      public MeshBuilder configure(MeshBuilder builder) {
        return builder.largeBuffers();
      }
    }

    /** Three nodes of the mesh's own. */
    record Cockroach() implements EventStore {
      @Override
      public MeshBuilder configure(MeshBuilder builder) {
        return builder.cockroach();
      }
    }

    /** An existing database. */
    record Elsewhere(String url) implements EventStore {
      @Override
      public MeshBuilder configure(MeshBuilder builder) {
        return builder.eventStoreUrl(url);
      }
    }
  }
}
