package chronicle.chaos.load;

import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.type.v1.Money;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes the commands of one lane, each under an id of its own, and keeps the tally of what their
 * receipts acknowledge.
 */
final class Teller {
  private static final long AMOUNT_MINOR = 100;
  private static final Money AMOUNT =
      Money.newBuilder().setCurrencyCode(Accounts.CURRENCY).setMinorUnits(AMOUNT_MINOR).build();

  private final Channel channel;
  private final String ledger;
  private final Accounts accounts;
  private final Zipf zipf;
  private final Tally tally;
  private final CommandIds ids;
  private final SplittableRandom random;
  private final ArrayDeque<Hold> holds = new ArrayDeque<>();

  Teller(Channel channel, String ledger, Accounts accounts, Zipf zipf, Tally tally, int number) {
    this.channel = channel;
    this.ledger = ledger;
    this.accounts = accounts;
    this.zipf = zipf;
    this.tally = tally;
    this.ids = new CommandIds(number);
    this.random = new SplittableRandom(number);
  }

  /** Any account but the hot one. */
  int any() {
    return random.nextInt(accounts.size());
  }

  int hot() {
    return accounts.hot();
  }

  /** An account, some far more often than others. */
  int popular() {
    return zipf.next(random);
  }

  /** Heads or tails. */
  boolean toss() {
    return random.nextBoolean();
  }

  Question<DepositRequest, CommandReceipt> deposit(int account) {
    return question(
        LedgerServiceGrpc.getDepositMethod(),
        depositRequest(account).build(),
        () -> tally.postedMinor[account] += AMOUNT_MINOR);
  }

  /** A deposit for a stream or a batch. */
  Command depositCommand(int account) {
    return depositCommand(account, depositRequest(account));
  }

  /** From any account to any other. */
  Question<TransferRequest, CommandReceipt> transfer() {
    var source = any();
    var destination = other(source);
    return question(
        LedgerServiceGrpc.getTransferMethod(),
        TransferRequest.newBuilder()
            .setLedger(ledger)
            .setSourceAccount(accounts.id(source))
            .setDestinationAccount(accounts.id(destination))
            .setAmount(AMOUNT)
            .setCommandId(ids.next())
            .build(),
        () -> move(source, destination));
  }

  /** Ends the oldest pending transaction, by posting or voiding it; makes one where none is. */
  Question<?, CommandReceipt> hold() {
    if (holds.isEmpty()) {
      return pending();
    }
    var oldest = holds.remove();
    return toss() ? post(oldest) : release(oldest);
  }

  /** So many deposits at once. */
  Question<ExecuteBatchRequest, ExecuteBatchResponse> batch(int size, boolean atomic) {
    var commands = new ArrayList<Command>(size);
    for (int i = 0; i < size; i++) {
      commands.add(depositCommand(any()));
    }
    return batch(commands, atomic);
  }

  /** Deposits that took effect at some time in the last hour, to the first so many accounts. */
  Question<ExecuteBatchRequest, ExecuteBatchResponse> backdated(int size, int toFirst) {
    var commands = new ArrayList<Command>(size);
    for (int i = 0; i < size; i++) {
      var account = random.nextInt(Math.min(toFirst, accounts.size()));
      commands.add(
          depositCommand(account, depositRequest(account).setEffectiveTime(withinTheLastHour())));
    }
    return batch(commands, false);
  }

  /** Some time in the last hour. */
  Timestamp withinTheLastHour() {
    return Timestamp.newBuilder()
        .setSeconds(Instant.now().getEpochSecond() - random.nextLong(1, 3_600))
        .build();
  }

  private Question<ExecuteBatchRequest, ExecuteBatchResponse> batch(
      List<Command> commands, boolean atomic) {
    var request = ExecuteBatchRequest.newBuilder().setLedger(ledger).setAtomic(atomic);
    if (atomic) {
      request.setCommandId(ids.next());
    }
    commands.forEach(command -> request.addCommands(command.request()));
    return new Question<>(
        channel,
        LedgerServiceGrpc.getExecuteBatchMethod(),
        request.build(),
        commands.size(),
        Teller::refused,
        response -> wrong(commands, response));
  }

  /** The first error among the outcomes. */
  private static Optional<String> refused(ExecuteBatchResponse response) {
    return response.getOutcomesList().stream()
        .filter(CommandOutcome::hasError)
        .map(outcome -> outcome.getError().getMessage())
        .findFirst();
  }

  private static Optional<String> wrong(List<Command> commands, ExecuteBatchResponse response) {
    if (response.getOutcomesCount() != commands.size()) {
      return Optional.of("a batch with too few or too many outcomes");
    }
    for (int i = 0; i < commands.size(); i++) {
      var outcome = response.getOutcomes(i);
      var wrong =
          outcome.hasError()
              ? Optional.<String>empty()
              : commands.get(i).wrong().apply(outcome.getReceipt());
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private Question<CreateTransactionRequest, CommandReceipt> pending() {
    var hold = new Hold(ids.next(), any());
    return question(
        LedgerServiceGrpc.getCreateTransactionMethod(),
        CreateTransactionRequest.newBuilder()
            .setLedger(ledger)
            .addPostings(
                Posting.newBuilder()
                    .setSourceAccount(accounts.id(hold.source))
                    .setDestinationAccount(accounts.id(destination(hold)))
                    .setAmount(AMOUNT))
            .setPending(true)
            .setCommandId(hold.transaction)
            .build(),
        () -> {
          tally.heldMinor[hold.source] += AMOUNT_MINOR;
          holds.add(hold);
        });
  }

  private Question<PostTransactionRequest, CommandReceipt> post(Hold hold) {
    return question(
        LedgerServiceGrpc.getPostTransactionMethod(),
        PostTransactionRequest.newBuilder()
            .setLedger(ledger)
            .setTransaction(hold.transaction)
            .setCommandId(ids.next())
            .build(),
        () -> {
          tally.heldMinor[hold.source] -= AMOUNT_MINOR;
          move(hold.source, destination(hold));
        });
  }

  private Question<VoidTransactionRequest, CommandReceipt> release(Hold hold) {
    return question(
        LedgerServiceGrpc.getVoidTransactionMethod(),
        VoidTransactionRequest.newBuilder()
            .setLedger(ledger)
            .setTransaction(hold.transaction)
            .setCommandId(ids.next())
            .build(),
        () -> tally.heldMinor[hold.source] -= AMOUNT_MINOR);
  }

  private DepositRequest.Builder depositRequest(int account) {
    return DepositRequest.newBuilder()
        .setLedger(ledger)
        .setAccount(accounts.id(account))
        .setAmount(AMOUNT)
        .setCommandId(ids.next());
  }

  private Command depositCommand(int account, DepositRequest.Builder deposit) {
    return new Command(
        CommandRequest.newBuilder().setDeposit(deposit).build(),
        receipt -> acknowledged(receipt, () -> tally.postedMinor[account] += AMOUNT_MINOR));
  }

  private <Q> Question<Q, CommandReceipt> question(
      MethodDescriptor<Q, CommandReceipt> method, Q request, Runnable booking) {
    return new Question<>(channel, method, request, 1, receipt -> acknowledged(receipt, booking));
  }

  private Optional<String> acknowledged(CommandReceipt receipt, Runnable booking) {
    if (receipt.getStatus() != CommandReceipt.Status.PENDING_MATERIALIZATION
        || receipt.getPosition() <= 0
        || receipt.getReplayed()) {
      return Optional.of("wrong receipt: " + receipt);
    }
    tally.events += receipt.getEventsCount();
    booking.run();
    return Optional.empty();
  }

  private void move(int source, int destination) {
    tally.postedMinor[source] -= AMOUNT_MINOR;
    tally.postedMinor[destination] += AMOUNT_MINOR;
  }

  private int other(int account) {
    return (account + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
  }

  private int destination(Hold hold) {
    return (hold.source + 1) % accounts.size();
  }

  private record Hold(String transaction, int source) {}
}
