package chronicle.ledger.service;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.History;
import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.Request;
import chronicle.ledger.log.Work;
import chronicle.ledger.service.CommandParser.Parsed;
import chronicle.ledger.service.Requests.Addressed;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CloseAccountRequest;
import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.LedgerServiceGrpc.LedgerServiceImplBase;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ListLedgersResponse;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.RegisterAssetRequest;
import chronicle.ledger.v1.ReopenAccountRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.ledger.v1.StreamCommandsResponse;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.UnfreezeAccountRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.ledger.v1.WithdrawRequest;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** Commands: parsed and handed to the sequencer on the event loop, which is never blocked. */
public final class LedgerGrpc extends LedgerServiceImplBase {
  private static final int PAGE_SIZE_DEFAULT = 100;

  private final Ledgers ledgers;
  private final History history;
  private final Requests requests = new Requests();

  private LedgerGrpc(Ledgers ledgers, History history) {
    this.ledgers = ledgers;
    this.history = history;
  }

  /** The service over these ledgers. */
  public static BindableService over(Ledgers ledgers, History history) {
    return IdempotencyKey.readBy(new LedgerGrpc(ledgers, history));
  }

  /** The methods whose requests {@link CommandParser} and {@link Requests} check whole. */
  public static MethodDescriptor<?, ?>[] commands() {
    return new MethodDescriptor<?, ?>[] {
      LedgerServiceGrpc.getCreateLedgerMethod(),
      LedgerServiceGrpc.getRegisterAssetMethod(),
      LedgerServiceGrpc.getCreateAccountMethod(),
      LedgerServiceGrpc.getUpdateAccountMethod(),
      LedgerServiceGrpc.getFreezeAccountMethod(),
      LedgerServiceGrpc.getUnfreezeAccountMethod(),
      LedgerServiceGrpc.getCloseAccountMethod(),
      LedgerServiceGrpc.getReopenAccountMethod(),
      LedgerServiceGrpc.getDepositMethod(),
      LedgerServiceGrpc.getWithdrawMethod(),
      LedgerServiceGrpc.getTransferMethod(),
      LedgerServiceGrpc.getCreateTransactionMethod(),
      LedgerServiceGrpc.getPostTransactionMethod(),
      LedgerServiceGrpc.getVoidTransactionMethod(),
      LedgerServiceGrpc.getReverseTransactionMethod(),
      LedgerServiceGrpc.getExecuteBatchMethod(),
      LedgerServiceGrpc.getStreamCommandsMethod()
    };
  }

  @Override
  public void createLedger(CreateLedgerRequest message, StreamObserver<CommandReceipt> observer) {
    Addressed command = requests.alone(CommandParser.parse(message));
    Call.blocking(
        observer,
        () -> {
          ledgers.prepare(command.ledger());
          execute(command, observer);
        });
  }

  @Override
  public void registerAsset(RegisterAssetRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void createAccount(CreateAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void updateAccount(UpdateAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void freezeAccount(FreezeAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void unfreezeAccount(
      UnfreezeAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void closeAccount(CloseAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void reopenAccount(ReopenAccountRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void deposit(DepositRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void withdraw(WithdrawRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void transfer(TransferRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void createTransaction(
      CreateTransactionRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void postTransaction(
      PostTransactionRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void voidTransaction(
      VoidTransactionRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void reverseTransaction(
      ReverseTransactionRequest message, StreamObserver<CommandReceipt> observer) {
    execute(CommandParser.parse(message), observer);
  }

  @Override
  public void executeBatch(
      ExecuteBatchRequest message, StreamObserver<ExecuteBatchResponse> observer) {
    Requests.Together batch = requests.together(message);
    if (batch.isAtomic()) {
      executeAll(batch, observer);
    } else {
      executeEach(batch, observer);
    }
  }

  @Override
  public StreamObserver<StreamCommandsRequest> streamCommands(
      StreamObserver<StreamCommandsResponse> observer) {
    return CommandStream.open(
        ledgers, requests, (ServerCallStreamObserver<StreamCommandsResponse>) observer);
  }

  @Override
  public void getLedger(GetLedgerRequest message, StreamObserver<Ledger> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    Call.answering(
        observer, () -> Replies.ledger(ledger, history.head(ledger), history.book(ledger)));
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

  private void execute(Parsed parsed, StreamObserver<CommandReceipt> observer) {
    execute(requests.alone(parsed), observer);
  }

  private void execute(Addressed command, StreamObserver<CommandReceipt> observer) {
    long startNanos = System.nanoTime();
    Context call = Context.current();
    ledgers.submit(
        command.ledger(),
        new Work.Execute(command.request()),
        Call.deadlineNanos(),
        outcome -> {
          reply(observer, () -> Replies.receipt(command.ledger(), command.request(), outcome));
          long nanos = System.nanoTime() - startNanos;
          call.run(() -> Audit.command(command.ledger(), command.request(), outcome, nanos));
        });
  }

  private void executeAll(Requests.Together batch, StreamObserver<ExecuteBatchResponse> observer) {
    long startNanos = System.nanoTime();
    Context call = Context.current();
    Request.Atomic all = batch.atomic();
    ledgers.submit(
        batch.ledger(),
        new Work.ExecuteAll(all),
        Call.deadlineNanos(),
        outcome -> {
          reply(observer, () -> Replies.receipts(batch.ledger(), all, outcome));
          long nanos = System.nanoTime() - startNanos;
          call.run(() -> Audit.batch(batch.ledger(), all, outcome, nanos));
        });
  }

  /** Each as if it had been sent alone; they reach the sequencer together, and in order. */
  private void executeEach(Requests.Together batch, StreamObserver<ExecuteBatchResponse> observer) {
    long startNanos = System.nanoTime();
    long deadlineNanos = Call.deadlineNanos();
    Context call = Context.current();
    List<Request> each = batch.requests();
    var outcomes = new AtomicReferenceArray<CommandOutcome>(each.size());
    var left = new AtomicInteger(each.size());
    for (int i = 0; i < each.size(); i++) {
      int index = i;
      Request request = each.get(i);
      ledgers.submit(
          batch.ledger(),
          new Work.Execute(request),
          deadlineNanos,
          outcome -> {
            outcomes.set(index, Replies.outcome(batch.ledger(), request, outcome));
            if (left.decrementAndGet() == 0) {
              Call.answer(observer, Replies.outcomes(outcomes));
            }
            long nanos = System.nanoTime() - startNanos;
            call.run(() -> Audit.command(batch.ledger(), request, outcome, nanos));
          });
    }
  }

  private static <A> void reply(StreamObserver<A> observer, Supplier<A> reply) {
    try {
      Call.answer(observer, reply.get());
    } catch (RuntimeException e) {
      Call.fail(observer, e);
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
            case Outcome.OfCommand _, Outcome.Settled _, Outcome.InFuture _, Outcome.Swept _ ->
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
