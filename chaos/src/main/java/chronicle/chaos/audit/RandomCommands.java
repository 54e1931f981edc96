package chronicle.chaos.audit;

import chronicle.event.v1.AccountFrozen.Scope;
import chronicle.ledger.v1.CloseAccountRequest;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.ReopenAccountRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.UnfreezeAccountRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.type.v1.Money;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random commands of one client, many of them near a limit, some of them wrong. */
final class RandomCommands {
  private static final List<String> CURRENCIES = List.of("EUR", "EUR", "USD");
  private static final Duration HOLD_SHORT = Duration.ofSeconds(2);
  private static final Duration BACKDATED_MAX = Duration.ofDays(30);

  private final String ledger;
  private final Memory memory;
  private final Random random;
  private final String prefix;
  private int commands;

  RandomCommands(String ledger, Memory memory, Random random, String prefix) {
    this.ledger = ledger;
    this.memory = memory;
    this.random = random;
    this.prefix = prefix;
  }

  String nextId() {
    return prefix + "-" + ++commands;
  }

  /** Opens an account whose currency and limits follow from its number. */
  CommandRequest open(int number) {
    var account = "account-" + number;
    var request =
        CreateAccountRequest.newBuilder()
            .setLedger(ledger)
            .setAccount(account)
            .setCommandId("open-" + account)
            .setReference("audit " + number)
            .putMetadata("number", Integer.toString(number))
            .setCurrencyCode(currency(account));
    if (number % 4 == 1) {
      request.setOverdraftLimit(money(account, 500));
    }
    if (number % 4 == 2) {
      request.setBalanceMax(money(account, 3_000));
    }
    return CommandRequest.newBuilder().setCreateAccount(request).build();
  }

  CommandRequest next() {
    int dice = random.nextInt(100);
    if (dice < 20) {
      return deposit();
    } else if (dice < 45) {
      return withdraw();
    } else if (dice < 65) {
      return transfer();
    } else if (dice < 70) {
      return transaction();
    } else if (dice < 79) {
      return hold();
    } else if (dice < 86) {
      return post();
    } else if (dice < 90) {
      return release();
    } else if (dice < 94) {
      return reverse();
    } else {
      return settings();
    }
  }

  /** Several commands at once that have no ids of their own, as an atomic batch needs them. */
  ExecuteBatchRequest atomic() {
    var batch =
        ExecuteBatchRequest.newBuilder().setLedger(ledger).setAtomic(true).setCommandId(nextId());
    for (int i = 2 + random.nextInt(3); i > 0; i--) {
      batch.addCommands(withId(random.nextBoolean() ? transfer() : deposit(), ""));
    }
    return batch.build();
  }

  /** The same command under another id. */
  static CommandRequest withId(CommandRequest command, String id) {
    return with(command, "command_id", id);
  }

  /** The same command, asked for validation only. */
  static CommandRequest validated(CommandRequest command) {
    return with(command, "validate_only", true);
  }

  private CommandRequest deposit() {
    var account = account();
    var request =
        DepositRequest.newBuilder()
            .setLedger(ledger)
            .setAccount(account)
            .setCommandId(nextId())
            .setReference("in " + random.nextInt(10))
            .setAmount(money(account, 1 + random.nextInt(1_000)));
    if (random.nextInt(5) == 0) {
      request.setEffectiveTime(backdated());
    }
    return CommandRequest.newBuilder().setDeposit(request).build();
  }

  private CommandRequest withdraw() {
    var account = account();
    var request =
        WithdrawRequest.newBuilder()
            .setLedger(ledger)
            .setAccount(account)
            .setCommandId(nextId())
            .setAmount(random.nextInt(50) == 0 ? foreign(account) : spend(account));
    if (random.nextInt(20) == 0) {
      request.setExpectedVersion(1 + random.nextInt(50));
    }
    return CommandRequest.newBuilder().setWithdraw(request).build();
  }

  private CommandRequest transfer() {
    var source = account();
    var request =
        TransferRequest.newBuilder()
            .setLedger(ledger)
            .setSourceAccount(source)
            .setDestinationAccount(other(source))
            .setCommandId(nextId())
            .setAmount(spend(source));
    if (random.nextInt(5) == 0) {
      request.setEffectiveTime(backdated());
    }
    return CommandRequest.newBuilder().setTransfer(request).build();
  }

  private CommandRequest transaction() {
    var request = CreateTransactionRequest.newBuilder().setLedger(ledger).setCommandId(nextId());
    for (int i = 2 + random.nextInt(3); i > 0; i--) {
      var account = account();
      switch (random.nextInt(3)) {
        case 0 ->
            request.addPostings(
                Posting.newBuilder()
                    .setDestinationAccount(account)
                    .setAmount(money(account, 1 + random.nextInt(300))));
        case 1 ->
            request.addPostings(
                Posting.newBuilder().setSourceAccount(account).setAmount(part(account)));
        default -> request.addPostings(between(account));
      }
    }
    return CommandRequest.newBuilder().setCreateTransaction(request).build();
  }

  private CommandRequest hold() {
    var request =
        CreateTransactionRequest.newBuilder()
            .setLedger(ledger)
            .setCommandId(nextId())
            .setPending(true);
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      var account = account();
      request.addPostings(
          random.nextInt(3) == 0
              ? Posting.newBuilder().setSourceAccount(account).setAmount(part(account))
              : between(account));
    }
    if (random.nextInt(3) == 0) {
      request.setExpireTime(timestamp(Instant.now().plus(HOLD_SHORT)));
    }
    return CommandRequest.newBuilder().setCreateTransaction(request).build();
  }

  private CommandRequest post() {
    var pending = memory.pending(random);
    if (pending.isEmpty()) {
      return deposit();
    }
    var request =
        PostTransactionRequest.newBuilder()
            .setLedger(ledger)
            .setTransaction(pending.get().getCommandId())
            .setCommandId(nextId());
    if (random.nextInt(3) == 0) {
      for (Posting posting : pending.get().getPostingsList()) {
        long held = posting.getAmount().getMinorUnits();
        request.addAmounts(
            posting.getAmount().toBuilder()
                .setMinorUnits(1 + random.nextLong(held + held / 8 + 1)));
      }
    }
    return CommandRequest.newBuilder().setPostTransaction(request).build();
  }

  private CommandRequest release() {
    var request =
        VoidTransactionRequest.newBuilder()
            .setLedger(ledger)
            .setTransaction(
                memory
                    .pending(random)
                    .map(CreateTransactionRequest::getCommandId)
                    .orElse("never-made"))
            .setCommandId(nextId());
    return CommandRequest.newBuilder().setVoidTransaction(request).build();
  }

  private CommandRequest reverse() {
    var request =
        ReverseTransactionRequest.newBuilder()
            .setLedger(ledger)
            .setTransaction(memory.transaction(random).orElse("never-made"))
            .setAtOriginalEffectiveTime(random.nextInt(4) == 0)
            .setCommandId(nextId());
    return CommandRequest.newBuilder().setReverseTransaction(request).build();
  }

  private CommandRequest settings() {
    var account = account();
    var command = CommandRequest.newBuilder();
    switch (random.nextInt(12)) {
      case 0 ->
          command.setFreezeAccount(
              FreezeAccountRequest.newBuilder()
                  .setLedger(ledger)
                  .setAccount(account)
                  .setScope(Scope.forNumber(random.nextInt(4)))
                  .setCommandId(nextId()));
      case 1, 2, 3, 4, 5 ->
          command.setUnfreezeAccount(
              UnfreezeAccountRequest.newBuilder()
                  .setLedger(ledger)
                  .setAccount(account)
                  .setCommandId(nextId()));
      case 6 ->
          command.setCloseAccount(
              CloseAccountRequest.newBuilder()
                  .setLedger(ledger)
                  .setAccount(account)
                  .setCommandId(nextId()));
      case 7 ->
          command.setReopenAccount(
              ReopenAccountRequest.newBuilder()
                  .setLedger(ledger)
                  .setAccount(account)
                  .setCommandId(nextId()));
      default ->
          command.setUpdateAccount(
              UpdateAccountRequest.newBuilder()
                  .setLedger(ledger)
                  .setAccount(account)
                  .setReference("changed " + random.nextInt(10))
                  .setOverdraftLimit(money(account, random.nextInt(800)))
                  .setCommandId(nextId()));
    }
    return command.build();
  }

  private Posting.Builder between(String source) {
    return Posting.newBuilder()
        .setSourceAccount(source)
        .setDestinationAccount(other(source))
        .setAmount(part(source));
  }

  private String account() {
    var accounts = memory.accounts();
    // The first three are hot.
    int number = random.nextBoolean() ? random.nextInt(3) : random.nextInt(accounts.size());
    return random.nextInt(200) == 0 ? "nobody" : accounts.get(number % accounts.size());
  }

  /** Another account, mostly of the same currency. */
  private String other(String account) {
    var others =
        memory.accounts().stream()
            .filter(it -> !it.equals(account))
            .filter(it -> currency(it).equals(currency(account)) || random.nextInt(40) == 0)
            .toList();
    return others.isEmpty() ? "nobody-else" : others.get(random.nextInt(others.size()));
  }

  /** An amount around what the account is thought to have: all of it, a little more, or less. */
  private Money spend(String account) {
    long available = Math.max(1, memory.available(account));
    return money(
        account,
        switch (random.nextInt(4)) {
          case 0 -> available;
          case 1 -> available + 1;
          default -> 1 + random.nextLong(available);
        });
  }

  private Money part(String account) {
    return money(account, 1 + random.nextLong(1 + Math.max(0, memory.available(account)) / 3));
  }

  private Money foreign(String account) {
    return Money.newBuilder()
        .setCurrencyCode(currency(account).equals("EUR") ? "USD" : "EUR")
        .setMinorUnits(1)
        .build();
  }

  private static Money money(String account, long minorUnits) {
    return Money.newBuilder().setCurrencyCode(currency(account)).setMinorUnits(minorUnits).build();
  }

  private static String currency(String account) {
    int number = IntStream.range(0, account.length()).map(account::charAt).sum();
    return CURRENCIES.get(number % CURRENCIES.size());
  }

  private Timestamp backdated() {
    return timestamp(
        Instant.now()
            .minus(Duration.ofDays(1))
            .minusMillis(random.nextLong(BACKDATED_MAX.toMillis())));
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano() / 1_000 * 1_000)
        .build();
  }

  private static CommandRequest with(CommandRequest command, String field, Object value) {
    var ofCommand =
        CommandRequest.getDescriptor().findFieldByNumber(command.getCommandCase().getNumber());
    var inner = Command.inner(command);
    var ofInner = inner.getDescriptorForType().findFieldByName(field);
    var changed = inner.toBuilder().setField(ofInner, value).build();
    return command.toBuilder().setField(ofCommand, changed).build();
  }
}
