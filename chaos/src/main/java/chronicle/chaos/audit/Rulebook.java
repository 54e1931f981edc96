package chronicle.chaos.audit;

import chronicle.chaos.audit.Decision.Accepted;
import chronicle.chaos.audit.Decision.Refused;
import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.AccountClosed;
import chronicle.event.v1.AccountCreated;
import chronicle.event.v1.AccountFrozen;
import chronicle.event.v1.AccountFrozen.Scope;
import chronicle.event.v1.AccountReopened;
import chronicle.event.v1.AccountUnfrozen;
import chronicle.event.v1.AccountUpdated;
import chronicle.event.v1.Event;
import chronicle.event.v1.FundsHeld;
import chronicle.event.v1.HoldPosted;
import chronicle.event.v1.HoldVoided;
import chronicle.event.v1.MoneyDeposited;
import chronicle.event.v1.MoneyTransferredIn;
import chronicle.event.v1.MoneyTransferredOut;
import chronicle.event.v1.MoneyWithdrawn;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.query.v1.Account;
import chronicle.query.v1.Transaction;
import chronicle.type.v1.Money;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the documentation says that commands do, written down a second time: a command is decided by
 * the states before it, and by nothing else. Time is not known here, so nothing is expired that the
 * log does not say is.
 */
final class Rulebook implements States {
  private final States before;
  private final Map<String, Account> accounts = new HashMap<>();
  private final Map<String, Transaction> transactions = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private Event.Builder template = Event.newBuilder();

  private Rulebook(States before) {
    this.before = before;
  }

  /** Decides a command, of which a ledger's own creation is none, by the states before it. */
  static Decision decide(States before, Command command) {
    var rulebook = new Rulebook(before);
    try {
      for (int i = 0; i < command.parts().size(); i++) {
        rulebook.apply(command.idOf(i), command.parts().get(i));
      }
      return new Accepted(rulebook.events);
    } catch (No no) {
      return new Refused(no.reason.name());
    }
  }

  /** Ends a decision early. */
  private static final class No extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final ErrorReason reason;

    private No(ErrorReason reason) {
      super(reason.name(), null, false, false);
      this.reason = reason;
    }
  }

  @Override
  public Optional<Account> account(String id) {
    return Optional.ofNullable(accounts.get(id)).or(() -> before.account(id));
  }

  @Override
  public Optional<Transaction> transaction(String id) {
    return Optional.ofNullable(transactions.get(id)).or(() -> before.transaction(id));
  }

  private void apply(String id, CommandRequest command) {
    template = template(Command.inner(command));
    switch (command.getCommandCase()) {
      case CREATE_ACCOUNT -> create(command.getCreateAccount());
      case UPDATE_ACCOUNT -> update(command.getUpdateAccount());
      case FREEZE_ACCOUNT -> {
        var freeze = command.getFreezeAccount();
        open(freeze.getAccount(), version(freeze));
        var scope = freeze.getScope() == Scope.SCOPE_UNSPECIFIED ? Scope.ALL : freeze.getScope();
        add(
            freeze.getAccount(),
            template.clone().setAccountFrozen(AccountFrozen.newBuilder().setScope(scope)));
      }
      case UNFREEZE_ACCOUNT -> {
        var unfreeze = command.getUnfreezeAccount();
        var account = open(unfreeze.getAccount(), version(unfreeze));
        require(account.getStatus() == Account.Status.FROZEN, ErrorReason.ACCOUNT_NOT_FROZEN);
        add(
            unfreeze.getAccount(),
            template.clone().setAccountUnfrozen(AccountUnfrozen.getDefaultInstance()));
      }
      case CLOSE_ACCOUNT -> {
        var close = command.getCloseAccount();
        var account = open(close.getAccount(), version(close));
        require(account.getStatus() == Account.Status.ACTIVE, ErrorReason.ACCOUNT_FROZEN);
        require(
            account.getPosted().getMinorUnits() == 0 && account.getHeld().getMinorUnits() == 0,
            ErrorReason.ACCOUNT_NOT_EMPTY);
        add(
            close.getAccount(),
            template.clone().setAccountClosed(AccountClosed.getDefaultInstance()));
      }
      case REOPEN_ACCOUNT -> {
        var reopen = command.getReopenAccount();
        var account = existing(reopen.getAccount());
        requireVersion(account, version(reopen));
        require(account.getStatus() == Account.Status.CLOSED, ErrorReason.ACCOUNT_NOT_CLOSED);
        add(
            reopen.getAccount(),
            template.clone().setAccountReopened(AccountReopened.getDefaultInstance()));
      }
      case DEPOSIT -> deposit(id, command.getDeposit());
      case WITHDRAW -> withdraw(id, command.getWithdraw());
      case TRANSFER -> transfer(id, command.getTransfer());
      case CREATE_TRANSACTION -> create(id, command.getCreateTransaction());
      case POST_TRANSACTION -> post(command.getPostTransaction());
      case VOID_TRANSACTION -> release(command.getVoidTransaction());
      case REVERSE_TRANSACTION -> reverse(id, command.getReverseTransaction());
      case REGISTER_ASSET, COMMAND_NOT_SET ->
          throw new IllegalArgumentException("not a command of an audit: " + command);
    }
  }

  private void create(CreateAccountRequest request) {
    require(account(request.getAccount()).isEmpty(), ErrorReason.ACCOUNT_ALREADY_EXISTS);
    var created =
        AccountCreated.newBuilder()
            .setCurrencyCode(request.getCurrencyCode())
            .setOverdraftLimitMinorUnits(request.getOverdraftLimit().getMinorUnits());
    if (request.hasBalanceMax()) {
      created.setBalanceMaxMinorUnits(request.getBalanceMax().getMinorUnits());
    }
    add(request.getAccount(), template.clone().setAccountCreated(created));
  }

  private void update(UpdateAccountRequest request) {
    var account = open(request.getAccount(), version(request));
    var currency = account.getPosted().getCurrencyCode();
    requireCurrency(request.hasOverdraftLimit(), request.getOverdraftLimit(), currency);
    requireCurrency(request.hasBalanceMax(), request.getBalanceMax(), currency);
    var paths = request.getUpdateMask().getPathsList();
    var updated = AccountUpdated.newBuilder();
    long overdraft =
        paths.contains("overdraft_limit") || (paths.isEmpty() && request.hasOverdraftLimit())
            ? request.getOverdraftLimit().getMinorUnits()
            : account.getOverdraftLimit().getMinorUnits();
    boolean setsMax = paths.contains("balance_max") || (paths.isEmpty() && request.hasBalanceMax());
    boolean hasMax = setsMax ? request.hasBalanceMax() : account.hasBalanceMax();
    if (hasMax) {
      updated.setBalanceMaxMinorUnits(
          (setsMax ? request.getBalanceMax() : account.getBalanceMax()).getMinorUnits());
    }
    long posted = account.getPosted().getMinorUnits();
    require(fits(posted, overdraft), ErrorReason.AMOUNT_OVERFLOW);
    require(
        posted - account.getHeld().getMinorUnits() + overdraft >= 0, ErrorReason.LIMIT_EXCEEDED);
    require(!hasMax || posted <= updated.getBalanceMaxMinorUnits(), ErrorReason.LIMIT_EXCEEDED);
    add(
        request.getAccount(),
        template
            .clone()
            .setAccountUpdated(
                updated
                    .setOverdraftLimitMinorUnits(overdraft)
                    .setSetsReference(
                        paths.contains("reference")
                            || (paths.isEmpty() && !request.getReference().isEmpty()))
                    .setSetsMetadata(
                        paths.contains("metadata")
                            || (paths.isEmpty() && request.getMetadataCount() > 0))));
  }

  private void deposit(String id, DepositRequest request) {
    template.setTransactionId(id);
    credit(
        request.getAccount(),
        request.getAmount(),
        version(request),
        template
            .clone()
            .setMoneyDeposited(MoneyDeposited.newBuilder().setAmount(request.getAmount())));
  }

  private void withdraw(String id, WithdrawRequest request) {
    template.setTransactionId(id);
    debit(
        request.getAccount(),
        request.getAmount(),
        version(request),
        template
            .clone()
            .setMoneyWithdrawn(MoneyWithdrawn.newBuilder().setAmount(request.getAmount())));
  }

  private void transfer(String id, TransferRequest request) {
    template.setTransactionId(id);
    transfer(
        request.getSourceAccount(),
        request.getDestinationAccount(),
        request.getAmount(),
        version(request));
  }

  private void create(String id, CreateTransactionRequest request) {
    template.setTransactionId(id);
    for (int i = 0; i < request.getPostingsCount(); i++) {
      var posting = request.getPostings(i);
      if (request.getPending()) {
        hold(request, i);
      } else {
        move(posting.getSourceAccount(), posting.getDestinationAccount(), posting.getAmount());
      }
    }
  }

  private void hold(CreateTransactionRequest request, int index) {
    var posting = request.getPostings(index);
    var destination = posting.getDestinationAccount();
    if (!destination.isEmpty()) {
      requireCurrency(true, posting.getAmount(), open(destination, Optional.empty()).getPosted());
    }
    var held =
        FundsHeld.newBuilder()
            .setAmount(posting.getAmount())
            .setDestinationAccount(destination)
            .setPostingIndex(index);
    if (request.hasExpireTime()) {
      held.setExpireTime(request.getExpireTime());
    }
    debit(
        posting.getSourceAccount(),
        posting.getAmount(),
        Optional.empty(),
        template.clone().setFundsHeld(held));
  }

  private void post(PostTransactionRequest request) {
    var pending = pending(request.getTransaction());
    template.setTransactionId(request.getTransaction());
    int count = request.getAmountsCount();
    require(count == 0 || count == pending.getPostingsCount(), ErrorReason.AMOUNTS_MISMATCH);
    for (int i = 0; i < pending.getPostingsCount(); i++) {
      var posting = pending.getPostings(i);
      post(posting, count == 0 ? posting.getAmount() : request.getAmounts(i), i);
    }
  }

  private void post(Transaction.Posting posting, Money amount, int index) {
    var held = posting.getAmount();
    var source = posting.getSourceAccount();
    requireCurrency(true, amount, held);
    require(
        amount.getMinorUnits() <= held.getMinorUnits(), ErrorReason.POST_AMOUNT_EXCEEDS_PENDING);
    if (amount.getMinorUnits() == 0) {
      add(source, template.clone().setHoldVoided(voided(held, index)));
      return;
    }
    require(!isBarred(existing(source), Scope.DEBITS), ErrorReason.ACCOUNT_FROZEN);
    var destination =
        TransactionFold.isExternal(posting.getDestinationAccount())
            ? ""
            : posting.getDestinationAccount();
    add(
        source,
        template
            .clone()
            .setHoldPosted(
                HoldPosted.newBuilder()
                    .setAmount(amount)
                    .setHeld(held)
                    .setDestinationAccount(destination)
                    .setPostingIndex(index)));
    if (!destination.isEmpty()) {
      credit(destination, amount, Optional.empty(), transferredIn(amount, source));
    }
  }

  private void release(VoidTransactionRequest request) {
    var pending = pending(request.getTransaction());
    template.setTransactionId(request.getTransaction());
    for (int i = 0; i < pending.getPostingsCount(); i++) {
      var posting = pending.getPostings(i);
      add(
          posting.getSourceAccount(),
          template.clone().setHoldVoided(voided(posting.getAmount(), i)));
    }
  }

  private void reverse(String id, ReverseTransactionRequest request) {
    var transaction =
        transaction(request.getTransaction())
            .orElseThrow(() -> new No(ErrorReason.TRANSACTION_NOT_FOUND));
    switch (transaction.getStatus()) {
      case PENDING -> throw new No(ErrorReason.TRANSACTION_NOT_POSTED);
      case VOIDED -> throw new No(ErrorReason.TRANSACTION_ALREADY_VOIDED);
      case EXPIRED -> throw new No(ErrorReason.TRANSACTION_EXPIRED);
      case POSTED, STATUS_UNSPECIFIED, UNRECOGNIZED -> {}
    }
    require(
        transaction.getReversedByTransactionId().isEmpty(),
        ErrorReason.TRANSACTION_ALREADY_REVERSED);
    template.setTransactionId(id).setReversesTransactionId(request.getTransaction());
    if (request.getAtOriginalEffectiveTime()) {
      template.setEffectiveTime(
          transaction.hasEnd()
              ? transaction.getEnd().getEffectiveTime()
              : transaction.getEffectiveTime());
    }
    for (Transaction.Posting posting : transaction.getPostingsList().reversed()) {
      if (posting.getPosted().getMinorUnits() > 0) {
        move(
            internal(posting.getDestinationAccount()),
            internal(posting.getSourceAccount()),
            posting.getPosted());
      }
    }
    transactions.put(
        request.getTransaction(), transaction.toBuilder().setReversedByTransactionId(id).build());
  }

  /** Money that moves at once; an account left empty is the outside. */
  private void move(String source, String destination, Money amount) {
    if (source.isEmpty()) {
      credit(
          destination,
          amount,
          Optional.empty(),
          template.clone().setMoneyDeposited(MoneyDeposited.newBuilder().setAmount(amount)));
    } else if (destination.isEmpty()) {
      debit(
          source,
          amount,
          Optional.empty(),
          template.clone().setMoneyWithdrawn(MoneyWithdrawn.newBuilder().setAmount(amount)));
    } else {
      transfer(source, destination, amount, Optional.empty());
    }
  }

  private void transfer(
      String source, String destination, Money amount, Optional<Long> expectedVersion) {
    debit(
        source,
        amount,
        expectedVersion,
        template
            .clone()
            .setMoneyTransferredOut(
                MoneyTransferredOut.newBuilder()
                    .setAmount(amount)
                    .setDestinationAccount(destination)));
    credit(destination, amount, Optional.empty(), transferredIn(amount, source));
  }

  private Event.Builder transferredIn(Money amount, String source) {
    return template
        .clone()
        .setMoneyTransferredIn(
            MoneyTransferredIn.newBuilder().setAmount(amount).setSourceAccount(source));
  }

  private void credit(
      String id, Money amount, Optional<Long> expectedVersion, Event.Builder event) {
    var account = open(id, expectedVersion);
    requireCurrency(true, amount, account.getPosted());
    require(!isBarred(account, Scope.CREDITS), ErrorReason.ACCOUNT_FROZEN);
    long posted = account.getPosted().getMinorUnits();
    require(
        fits(posted, amount.getMinorUnits())
            && fits(posted + amount.getMinorUnits(), account.getOverdraftLimit().getMinorUnits()),
        ErrorReason.AMOUNT_OVERFLOW);
    require(
        !account.hasBalanceMax()
            || posted + amount.getMinorUnits() <= account.getBalanceMax().getMinorUnits(),
        ErrorReason.LIMIT_EXCEEDED);
    add(id, event);
  }

  private void debit(String id, Money amount, Optional<Long> expectedVersion, Event.Builder event) {
    var account = open(id, expectedVersion);
    requireCurrency(true, amount, account.getPosted());
    require(!isBarred(account, Scope.DEBITS), ErrorReason.ACCOUNT_FROZEN);
    require(
        account.getAvailable().getMinorUnits() >= amount.getMinorUnits(),
        ErrorReason.INSUFFICIENT_FUNDS);
    add(id, event);
  }

  /** Takes the event into the decision and its effect into the states. */
  private void add(String account, Event.Builder template) {
    var event = template.setAccount(account).build();
    events.add(event);
    AccountFold.next(account(account), event).ifPresent(it -> accounts.put(account, it));
    if (TransactionFold.isOfTransaction(event)) {
      var id = event.getTransactionId();
      TransactionFold.next(transaction(id), event).ifPresent(it -> transactions.put(id, it));
    }
  }

  private Account existing(String id) {
    return account(id).orElseThrow(() -> new No(ErrorReason.ACCOUNT_NOT_FOUND));
  }

  private Account open(String id, Optional<Long> expectedVersion) {
    var account = existing(id);
    require(account.getStatus() != Account.Status.CLOSED, ErrorReason.ACCOUNT_CLOSED);
    requireVersion(account, expectedVersion);
    return account;
  }

  private Transaction pending(String id) {
    var transaction = transaction(id).orElseThrow(() -> new No(ErrorReason.TRANSACTION_NOT_FOUND));
    return switch (transaction.getStatus()) {
      case PENDING -> transaction;
      case VOIDED -> throw new No(ErrorReason.TRANSACTION_ALREADY_VOIDED);
      case EXPIRED -> throw new No(ErrorReason.TRANSACTION_EXPIRED);
      case POSTED, STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw new No(
              TransactionFold.wasPending(transaction)
                  ? ErrorReason.TRANSACTION_ALREADY_POSTED
                  : ErrorReason.TRANSACTION_NOT_PENDING);
    };
  }

  private static boolean isBarred(Account account, Scope direction) {
    return account.getFrozen() == Scope.ALL || account.getFrozen() == direction;
  }

  private static boolean fits(long sum, long more) {
    return sum <= 0 || more <= Long.MAX_VALUE - sum;
  }

  private static HoldVoided voided(Money amount, int index) {
    return HoldVoided.newBuilder().setAmount(amount).setPostingIndex(index).build();
  }

  private static String internal(String account) {
    return TransactionFold.isExternal(account) ? "" : account;
  }

  private static void requireVersion(Account account, Optional<Long> expected) {
    require(
        expected.isEmpty() || expected.get() == account.getAccountVersion(),
        ErrorReason.VERSION_CONFLICT);
  }

  private static void requireCurrency(boolean isGiven, Money amount, Money like) {
    requireCurrency(isGiven, amount, like.getCurrencyCode());
  }

  private static void requireCurrency(boolean isGiven, Money amount, String currency) {
    require(!isGiven || amount.getCurrencyCode().equals(currency), ErrorReason.CURRENCY_MISMATCH);
  }

  private static void require(boolean holds, ErrorReason reason) {
    if (!holds) {
      throw new No(reason);
    }
  }

  /** What every event of the command has from its request. */
  private static Event.Builder template(Message request) {
    var type = request.getDescriptorForType();
    var event = Event.newBuilder().setReference(Command.text(request, "reference"));
    var metadata = type.findFieldByName("metadata");
    for (int i = 0; i < request.getRepeatedFieldCount(metadata); i++) {
      var entry = (com.google.protobuf.MapEntry<?, ?>) request.getRepeatedField(metadata, i);
      event.putMetadata((String) entry.getKey(), (String) entry.getValue());
    }
    var effective = type.findFieldByName("effective_time");
    if (effective != null && request.hasField(effective)) {
      event.setEffectiveTime((Timestamp) request.getField(effective));
    }
    return event;
  }

  private static Optional<Long> version(Message request) {
    var field = request.getDescriptorForType().findFieldByName("expected_version");
    return request.hasField(field) ? Optional.of((Long) request.getField(field)) : Optional.empty();
  }
}
