package chronicle.query;

import chronicle.query.statement.DocumentForm;
import chronicle.query.v1.DownloadStatementRequest;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.GenerateStatementResponse;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementHeader.Axis;
import chronicle.type.v1.Money;
import com.google.api.HttpBody;
import com.google.common.collect.Iterators;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Streams statements. A statement is of one position and says nothing that does not follow from it:
 * not when it was made, nor how it was asked for. Its pages may be read from different snapshots of
 * the read model, since what was recorded up to a position is the same in all that reflect it.
 */
final class StatementAnswers {
  static final int STATEMENTS_MAX = 64;

  private final StatementQueries queries;
  private final BackdatedQueries backdated;
  private final StateQueries states;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final Scales scales;
  private final PacedStreams streams = new PacedStreams("statement", STATEMENTS_MAX);

  StatementAnswers(ReadModel model, TimeTravel travel, Freshness freshness, LedgerClient ledgers) {
    this.queries = new StatementQueries(model);
    this.backdated = new BackdatedQueries(model);
    this.states = new StateQueries(model);
    this.travel = travel;
    this.freshness = freshness;
    this.scales = new Scales(ledgers);
  }

  void generate(
      String ledger,
      GenerateStatementRequest request,
      ServerCallStreamObserver<GenerateStatementResponse> observer) {
    var asked = StatementRequest.of(ledger, request);
    streams.start(observer, paced -> send(asked, StatementFrames::new, paced));
  }

  void download(
      String ledger,
      DownloadStatementRequest request,
      ServerCallStreamObserver<HttpBody> observer) {
    var asked = StatementRequest.of(ledger, request);
    var format = request.getFormat();
    streams.start(
        observer,
        paced ->
            send(asked, header -> new StatementDocument(DocumentForm.of(format, header)), paced));
  }

  private <A> void send(
      StatementRequest asked,
      Function<StatementHeader, StatementForm<A>> forms,
      PacedObserver<A> observer)
      throws InterruptedException {
    var scope = asked.at(travel.resolve(asked.ledger(), asked.asOf(), asked.newWait()));
    var header = header(asked, scope);
    var form = forms.apply(header);
    var sums = new StatementSums(header);
    var rows = rows(asked, scope);
    var goesOn = send(form.begin(), observer);
    while (goesOn && rows.hasNext()) {
      var entry = sums.add(rows.next());
      goesOn = send(form.entry(sums.entries(), entry), observer);
    }
    if (goesOn) {
      for (var reply : form.end(sums.summary())) {
        send(Optional.of(reply), observer);
      }
    }
  }

  private static <A> boolean send(Optional<A> reply, PacedObserver<A> observer)
      throws InterruptedException {
    return reply.isEmpty() ? !observer.gone() : observer.send(reply.get());
  }

  private StatementHeader header(StatementRequest asked, StatementScope scope) {
    var ends =
        switch (scope.axis()) {
          case AXIS_UNSPECIFIED, RECORD_TIME ->
              read(asked, scope, () -> queries.ends(scope)).balances();
          case EFFECTIVE_TIME -> effectiveEnds(asked, scope);
          case UNRECOGNIZED -> throw new IllegalStateException("no axis");
        };
    var balances =
        ends.orElseThrow(() -> QueryService.accountNotFound(scope.ledger(), scope.account()));
    var currency = balances.opening().getCurrencyCode();
    return StatementHeader.newBuilder()
        .setLedger(scope.ledger())
        .setAccount(scope.account())
        .setCurrencyCode(currency)
        .setScale(scales.of(scope.ledger(), currency))
        .setStartTime(Times.timestamp(scope.start()))
        .setEndTime(Times.timestamp(scope.end()))
        .setAxis(scope.axis())
        .setReadPosition(scope.moment().position())
        .setReadTime(Times.timestamp(scope.moment().recordTime()))
        .setOpeningBalance(balances.opening())
        .setClosingBalance(balances.closing())
        .build();
  }

  private Optional<StatementEnds.Balances> effectiveEnds(
      StatementRequest asked, StatementScope scope) {
    var opening = effectiveBefore(asked, scope, scope.start());
    var closing = effectiveBefore(asked, scope, scope.end());
    return opening.flatMap(o -> closing.map(c -> new StatementEnds.Balances(o, c)));
  }

  /** Times are whole microseconds: what is before one is at the one before it. */
  private Optional<Money> effectiveBefore(
      StatementRequest asked, StatementScope scope, Instant end) {
    var last = Optional.of(end.minus(1, ChronoUnit.MICROS));
    var account = List.of(scope.account());
    return read(asked, scope, () -> states.at(scope.ledger(), scope.moment(), last, account))
        .accounts()
        .getFirst()
        .map(state -> state.account().getPosted());
  }

  private Iterator<StatementRow> rows(StatementRequest asked, StatementScope scope) {
    var recorded =
        new StatementRows(
            StatementQueries.first(scope),
            after -> read(asked, scope, () -> queries.recorded(scope, after)).page());
    if (scope.axis() == Axis.RECORD_TIME) {
      return recorded;
    }
    var late =
        new StatementRows(
            BackdatedQueries.first(scope),
            after -> read(asked, scope, () -> backdated.page(scope, after)).page());
    return Iterators.mergeSorted(List.of(recorded, late), StatementRow.BY_EFFECT);
  }

  /** A read model that is being filled anew does not go on with a statement before it has all. */
  private <S extends Snapshot> S read(
      StatementRequest asked, StatementScope scope, Supplier<Optional<S>> query) {
    var wait = asked.newWait().atLeast(scope.moment().position());
    return freshness.read(scope.ledger(), wait, query);
  }
}
