package chronicle.chaos.audit;

import chronicle.chaos.audit.Outcome.Answered;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.error.v1.ErrorReason;
import chronicle.ledger.v1.AccountState;
import chronicle.query.v1.Account;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.ListAccountsResponse;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.ListTransactionsResponse;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.TrialBalance;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.List;
import java.util.Optional;

/** Answers of reads, held against a replay to the position that they name. */
final class ReadCheck {
  private final Replay replay;
  private final RealTimeCheck realTime;
  private final Findings findings;
  private long lastCommandNanos;
  private boolean hasAllAccounts;

  ReadCheck(Replay replay, RealTimeCheck realTime, Findings findings) {
    this.replay = replay;
    this.realTime = realTime;
    this.findings = findings;
  }

  void check(List<Call> calls) {
    lastCommandNanos =
        calls.stream()
            .filter(call -> Command.of(call.request()).isPresent())
            .mapToLong(Call::endNanos)
            .max()
            .orElse(0);
    for (Call call : calls) {
      if (Command.of(call.request()).isEmpty()) {
        check(call);
      }
    }
    if (!hasAllAccounts) {
      findings.incomplete(
          Rule.PROJECTION, "The read model was not asked for all accounts after the load.");
    }
  }

  /** A read in words. */
  static String subject(Message request) {
    return request.getDescriptorForType().getName()
        + " {"
        + TextFormat.printer().emittingSingleLine(true).printToString(request)
        + "}";
  }

  private void check(Call call) {
    switch (call.outcome()) {
      case Answered(var answer) -> checkAnswer(call, answer);
      case Refused(var reason, _) -> checkRefusal(call, reason);
      case Outcome.Failed _, Outcome.Unknown _ -> {}
    }
  }

  private void checkAnswer(Call call, Message answer) {
    long position = Reads.readPosition(answer);
    requireFresh(call, position);
    requireMoment(call, position);
    boolean isKnown = position <= replay.head() && position == replay.endAtOrBefore(position);
    var due =
        isKnown ? Optional.of(due(call.request(), answer, position)) : Optional.<Message>empty();
    var said = said(answer);
    findings.require(
        due.filter(said::equals).isPresent(),
        rule(call.request(), answer),
        subject(call.request()),
        () ->
            isKnown
                ? "Position %d: answered {%s}, a replay gives {%s}."
                    .formatted(position, text(said), text(due.orElseThrow()))
                : "Position %d, which was answered for, is not the end of a command in the log."
                    .formatted(position));
    hasAllAccounts |=
        answer instanceof ListAccountsResponse && call.startNanos() > lastCommandNanos;
  }

  private void requireFresh(Call call, long position) {
    long min = Reads.minPosition(call.request());
    if (min > 0
        && Reads.atPosition(call.request()).isEmpty()
        && Reads.at(call.request()).isEmpty()) {
      findings.require(
          position >= min,
          Rule.READ_YOUR_WRITES,
          subject(call.request()),
          () -> "It was answered as of position %d.".formatted(position));
    }
  }

  /** An answer as of a moment is as of the position that the moment stands for. */
  private void requireMoment(Call call, long position) {
    var asked =
        Reads.atPosition(call.request())
            .map(replay::endAtOrBefore)
            .or(() -> Reads.at(call.request()).map(replay::positionAt));
    asked.ifPresent(due ->
        findings.require(
            position == due,
            Rule.TIME_TRAVEL,
            subject(call.request()),
            () -> "It was answered as of position %d, due is %d.".formatted(position, due)));
  }

  private static Rule rule(Message request, Message answer) {
    if (Reads.at(request).isPresent() || Reads.atPosition(request).isPresent()) {
      return Rule.TIME_TRAVEL;
    }
    if (Reads.isLinearizable(request)) {
      return Rule.LINEARIZABLE_READS;
    }
    return switch (answer) {
      case ListAccountsResponse _, ListEntriesResponse _, ListTransactionsResponse _ ->
          Rule.PROJECTION;
      default -> Rule.READ_MODEL;
    };
  }

  /** What a replay answers to the question. */
  private Message due(Message request, Message answer, long position) {
    return switch (answer) {
      case AccountState _ ->
          replay
              .account(account(request), position)
              .map(this::state)
              .orElse(AccountState.getDefaultInstance());
      case Account _ ->
          replay.account(account(request), position).orElse(Account.getDefaultInstance());
      case Balance _ -> balance(account(request), position).orElse(Balance.getDefaultInstance());
      case BatchGetBalancesResponse _ -> balances((BatchGetBalancesRequest) request, position);
      case Transaction _ ->
          replay
              .transaction(((GetTransactionRequest) request).getTransaction(), position)
              .orElse(Transaction.getDefaultInstance());
      case TrialBalance _ ->
          TrialBalance.newBuilder().addAllRows(replay.trialBalance(position)).build();
      case ListAccountsResponse _ -> accounts(position);
      case ListEntriesResponse _ ->
          ListEntriesResponse.newBuilder()
              .addAllEntries(replay.entries(((ListEntriesRequest) request).getAccount(), position))
              .build();
      case ListTransactionsResponse _ ->
          ListTransactionsResponse.newBuilder()
              .addAllTransactions(replay.transactions(position))
              .build();
      default -> throw new IllegalArgumentException("no read: " + answer.getClass());
    };
  }

  /** What of an answer a replay can give: all but how far the read model has come. */
  private static Message said(Message answer) {
    return switch (answer) {
      case AccountState state -> state.toBuilder().clearReadPosition().build();
      case Account account -> account.toBuilder().clearReadPosition().clearLag().build();
      case Balance balance -> said(balance);
      case BatchGetBalancesResponse balances -> {
        var said = balances.toBuilder().clearReadPosition().clearLag().clearBalances();
        balances.getBalancesList().forEach(balance -> said.addBalances(said(balance)));
        yield said.build();
      }
      case Transaction transaction -> said(transaction);
      case TrialBalance balance -> balance.toBuilder().clearReadPosition().clearLag().build();
      case ListAccountsResponse list -> {
        var said = ListAccountsResponse.newBuilder();
        list.getAccountsList()
            .forEach(it -> said.addAccounts(it.toBuilder().clearReadPosition().clearLag()));
        yield said.build();
      }
      case ListEntriesResponse list -> list.toBuilder().clearReadPosition().clearLag().build();
      case ListTransactionsResponse list -> {
        var said = ListTransactionsResponse.newBuilder();
        list.getTransactionsList().forEach(it -> said.addTransactions(said(it)));
        yield said.build();
      }
      default -> throw new IllegalArgumentException("no read: " + answer.getClass());
    };
  }

  private static Balance said(Balance balance) {
    return balance.toBuilder().clearReadPosition().clearLag().clearAsOf().build();
  }

  private static Transaction said(Transaction transaction) {
    return transaction.toBuilder().clearReadPosition().clearLag().build();
  }

  private AccountState state(Account account) {
    var state =
        AccountState.newBuilder()
            .setAccount(account.getAccount())
            .setStatus(AccountState.Status.valueOf(account.getStatus().name()))
            .setFrozen(account.getFrozen())
            .setPosted(account.getPosted())
            .setHeld(account.getHeld())
            .setAvailable(account.getAvailable())
            .setOverdraftLimit(account.getOverdraftLimit())
            .setAccountVersion(account.getAccountVersion())
            .setPosition(account.getPosition())
            .setUpdateTime(account.getUpdateTime());
    if (account.hasBalanceMax()) {
      state.setBalanceMax(account.getBalanceMax());
    }
    return state.build();
  }

  private Optional<Balance> balance(String account, long position) {
    return replay
        .account(account, position)
        .map(it ->
            Balance.newBuilder()
                .setAccount(account)
                .setPosted(it.getPosted())
                .setHeld(it.getHeld())
                .setAvailable(it.getAvailable())
                .setAccountVersion(it.getAccountVersion())
                .setPosition(it.getPosition())
                .build());
  }

  private Message balances(BatchGetBalancesRequest request, long position) {
    var due = BatchGetBalancesResponse.newBuilder();
    for (String account : request.getAccountsList()) {
      balance(account, position)
          .ifPresentOrElse(due::addBalances, () -> due.addAccountsNotFound(account));
    }
    return due.build();
  }

  private Message accounts(long position) {
    var due = ListAccountsResponse.newBuilder();
    replay
        .accounts(position)
        .forEach(id -> due.addAccounts(replay.account(id, position).orElseThrow()));
    return due.build();
  }

  /** What is not found must not have been there, as of the moment or what the read must reflect. */
  private void checkRefusal(Call call, String reason) {
    if (Reads.isLinearizable(call.request())) {
      return;
    }
    var request = call.request();
    boolean isPast = Reads.at(request).isPresent() || Reads.atPosition(request).isPresent();
    long position =
        Reads.atPosition(request)
            .map(replay::endAtOrBefore)
            .or(() -> Reads.at(request).map(replay::positionAt))
            .orElseGet(() -> Reads.minPosition(request));
    boolean isRight =
        switch (ErrorReason.valueOf(reason)) {
          case ACCOUNT_NOT_FOUND -> replay.account(account(request), position).isEmpty();
          case TRANSACTION_NOT_FOUND ->
              request instanceof GetTransactionRequest transaction
                  && replay.transaction(transaction.getTransaction(), position).isEmpty();
          case POSITION_UNKNOWN ->
              Reads.atPosition(request).orElse(0L) > realTime.lastBefore(call.startNanos());
          default -> false;
        };
    findings.require(
        isRight,
        isPast ? Rule.TIME_TRAVEL : Rule.READ_MODEL,
        subject(request),
        () -> "It was refused with %s; a replay to %d answers it.".formatted(reason, position));
  }

  private static String account(Message request) {
    return Command.text(request, "account");
  }

  private static String text(Message message) {
    return TextFormat.printer().emittingSingleLine(true).printToString(message);
  }
}
