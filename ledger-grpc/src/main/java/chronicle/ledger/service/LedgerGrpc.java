package chronicle.ledger.service;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.History;
import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.Work;
import chronicle.ledger.service.CommandParser.Addressed;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.LedgerServiceGrpc.LedgerServiceImplBase;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ListLedgersResponse;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.time.Instant;

/** Commands: parsed and handed to the sequencer on the event loop, which is never blocked. */
public final class LedgerGrpc extends LedgerServiceImplBase {
  private static final int PAGE_SIZE_DEFAULT = 100;

  private final Ledgers ledgers;
  private final History history;
  private final CommandParser parser = new CommandParser();

  private LedgerGrpc(Ledgers ledgers, History history) {
    this.ledgers = ledgers;
    this.history = history;
  }

  /** The service over these ledgers. */
  public static BindableService over(Ledgers ledgers, History history) {
    return IdempotencyKey.readBy(new LedgerGrpc(ledgers, history));
  }

  /** The methods whose requests {@link CommandParser} checks whole. */
  public static MethodDescriptor<?, ?>[] commands() {
    return new MethodDescriptor<?, ?>[] {
      LedgerServiceGrpc.getCreateLedgerMethod(),
      LedgerServiceGrpc.getCreateAccountMethod(),
      LedgerServiceGrpc.getDepositMethod(),
      LedgerServiceGrpc.getWithdrawMethod(),
      LedgerServiceGrpc.getTransferMethod()
    };
  }

  @Override
  public void createLedger(CreateLedgerRequest message, StreamObserver<CommandReceipt> observer) {
    Addressed command = parser.parse(message);
    Call.blocking(
        observer,
        () -> {
          ledgers.prepare(command.ledger());
          execute(command, observer);
        });
  }

  @Override
  public void createAccount(CreateAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(parser.parse(message), observer);
  }

  @Override
  public void deposit(DepositRequest message, StreamObserver<CommandReceipt> observer) {
    execute(parser.parse(message), observer);
  }

  @Override
  public void withdraw(WithdrawRequest message, StreamObserver<CommandReceipt> observer) {
    execute(parser.parse(message), observer);
  }

  @Override
  public void transfer(TransferRequest message, StreamObserver<CommandReceipt> observer) {
    execute(parser.parse(message), observer);
  }

  @Override
  public void getLedger(GetLedgerRequest message, StreamObserver<Ledger> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    Call.answering(observer, () -> Replies.ledger(ledger, history.head(ledger)));
  }

  @Override
  public void listLedgers(
      ListLedgersRequest message, StreamObserver<ListLedgersResponse> observer) {
    String after = Fields.pageToken(message.getPageToken());
    Call.answering(observer, () -> page(message, after));
  }

  @Override
  public void getAccountState(
      GetAccountStateRequest message, StreamObserver<AccountState> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    AccountId account = Fields.account("account", message.getAccount());
    switch (message.getAsOfCase()) {
      case ASOF_NOT_SET -> inspect(ledger, account, observer);
      case AT -> {
        Instant time = Fields.time("at", message.getAt());
        long deadlineNanos = Call.deadlineNanos();
        Call.answering(
            observer, () -> past(ledger, account, history.positionAt(ledger, time, deadlineNanos)));
      }
      case AT_POSITION -> {
        long position = message.getAtPosition();
        Call.answering(observer, () -> past(ledger, account, history.commandEnd(ledger, position)));
      }
    }
  }

  private void execute(Addressed command, StreamObserver<CommandReceipt> observer) {
    long startNanos = System.nanoTime();
    Context call = Context.current();
    ledgers.submit(
        command.ledger(),
        new Work.Execute(command.request()),
        Call.deadlineNanos(),
        outcome -> {
          reply(command, outcome, observer);
          long nanos = System.nanoTime() - startNanos;
          call.run(() -> Audit.command(command.ledger(), command.request(), outcome, nanos));
        });
  }

  private static void reply(
      Addressed command, Outcome outcome, StreamObserver<CommandReceipt> observer) {
    LedgerId ledger = command.ledger();
    switch (outcome) {
      case Outcome.Executed(var events, var replayed) ->
          Call.answer(observer, Replies.receipt(ledger, command.request(), events, replayed));
      case Outcome.Validated(var events) ->
          Call.answer(observer, Replies.validated(ledger, command.request(), events));
      case Outcome.Refused(var refusal, _) -> Call.fail(observer, Replies.failure(refusal));
      case Outcome.Reused(var field) ->
          Call.fail(observer, Replies.reused(command.request(), field));
      case Outcome.Failed(var cause) -> Call.fail(observer, cause);
      case Outcome.Inspected _, Outcome.Settled _, Outcome.InFuture _ ->
          throw new IllegalStateException("not an outcome of a command");
    }
  }

  private void inspect(LedgerId ledger, AccountId id, StreamObserver<AccountState> observer) {
    ledgers.submit(
        ledger,
        new Work.Inspect(id),
        Call.deadlineNanos(),
        outcome -> {
          switch (outcome) {
            case Outcome.Inspected(var account, var readPosition) ->
                Replies.state(id, account, readPosition)
                    .ifPresentOrElse(
                        state -> Call.answer(observer, state),
                        () -> Call.fail(observer, Replies.accountNotFound(id)));
            case Outcome.Failed(var cause) -> Call.fail(observer, cause);
            case Outcome.Executed _,
                Outcome.Validated _,
                Outcome.Refused _,
                Outcome.Reused _,
                Outcome.Settled _,
                Outcome.InFuture _ ->
                throw new IllegalStateException("not an outcome of a look");
          }
        });
  }

  private AccountState past(LedgerId ledger, AccountId id, long position) {
    return Replies.state(id, history.accountAt(ledger, id, position), position)
        .orElseThrow(() -> Replies.accountNotFound(id));
  }

  private ListLedgersResponse page(ListLedgersRequest message, String after) {
    int size = message.getPageSize() == 0 ? PAGE_SIZE_DEFAULT : message.getPageSize();
    var found = history.ledgers(after, size + 1);
    var page = ListLedgersResponse.newBuilder();
    found.stream()
        .limit(size)
        .forEach(ledger -> page.addLedgers(Replies.ledger(ledger.ledger(), ledger.head())));
    if (found.size() > size) {
      page.setNextPageToken(found.get(size - 1).ledger().value());
    }
    return page.build();
  }
}
