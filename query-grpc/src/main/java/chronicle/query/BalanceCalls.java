package chronicle.query;

import chronicle.query.v1.Balance;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetBalanceRequest.AsOfCase;
import chronicle.query.v1.Source;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Answers calls for one balance without blocking. Mostly one look into the read model is enough,
 * and then the thread that looks also answers. Every other call, or one whose look was not fresh
 * enough, gets a thread of its own, which may wait.
 */
final class BalanceCalls implements AutoCloseable {
  private final BalanceAnswers answers;
  private final BalanceReader reader;
  private final TimeTravel travel;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("balance-", 0).factory());

  BalanceCalls(BalanceAnswers answers, BalanceReader reader, TimeTravel travel) {
    this.answers = answers;
    this.reader = reader;
    this.travel = travel;
  }

  /** A look under way, and what must hold of what it finds to be the answer. */
  private record Look(
      CompletableFuture<Optional<Balances>> found,
      Predicate<Balances> holds,
      Optional<Instant> asOf) {}

  /** Answers a valid request; an account that is not there fails the call, as ever. */
  void get(String ledger, GetBalanceRequest request, StreamObserver<Balance> observer) {
    // With the call's deadline and trace, which the thread would not have.
    var patiently =
        Context.current().wrap(() -> answer(observer, () -> answers.get(ledger, request)));
    var enough = look(ledger, request);
    if (enough.isEmpty()) {
      threads.execute(patiently);
      return;
    }
    var look = enough.get();
    var account = request.getAccount();
    var _ =
        look.found()
            .whenComplete((found, thrown) -> {
              if (thrown != null) {
                fail(observer, thrown);
              } else if (found.filter(look.holds()).isPresent()) {
                answer(observer, () -> answers.only(ledger, account, found.get(), look.asOf()));
              } else {
                threads.execute(patiently);
              }
            });
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Empty where one look can't be enough. */
  private Optional<Look> look(String ledger, GetBalanceRequest request) {
    if (request.hasEffectiveAt() || request.getSource() == Source.EVENT_STORE) {
      return Optional.empty();
    }
    var account = request.getAccount();
    var minPosition = request.getMinPosition();
    if (request.getAsOfCase() == AsOfCase.ASOF_NOT_SET) {
      return Optional.of(
          new Look(
              reader.now(ledger, account),
              seen -> seen.checkpoint() >= minPosition,
              Optional.empty()));
    }
    var at =
        request.hasAt()
            ? Optional.of(Times.parse("at", request.getAt()))
            : Optional.<Instant>empty();
    return at.map(time -> travel.known(ledger, time))
        .orElseGet(() -> travel.known(ledger, request.getAtPosition()))
        .map(place ->
            new Look(
                reader.at(ledger, new PastBalance(account, place.position(), place.micros())),
                seen -> TimeTravel.holds(seen, place, minPosition),
                at));
  }

  private static void answer(StreamObserver<Balance> observer, Supplier<Balance> balance) {
    try {
      observer.onNext(balance.get());
      observer.onCompleted();
    } catch (RuntimeException e) {
      fail(observer, e);
    }
  }

  /** As if the handler had thrown it: the edge words it, even where it is a status already. */
  private static void fail(StreamObserver<Balance> observer, Throwable thrown) {
    observer.onError(Status.UNKNOWN.withCause(thrown).asRuntimeException());
  }
}
