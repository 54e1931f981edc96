package chronicle.ledger.domain;

import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Step;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.TransactionEvent;
import chronicle.ledger.domain.Transaction.Posted;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The books that commands lead to, each of which must be accepted. */
final class BooksFixture implements Books {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private final Map<AccountId, Account> accounts = new HashMap<>();
  private final Map<CommandId, Transaction> transactions = new HashMap<>();
  private Book book = Book.UNOPENED;
  private int anonymous;

  /** Books of a ledger that exists. */
  static BooksFixture open() {
    var books = new BooksFixture();
    books.book = books.book.evolve(new LedgerCreated("log-1"));
    return books;
  }

  @Override
  public Book book() {
    return book;
  }

  @Override
  public Account account(AccountId id) {
    return accounts.getOrDefault(id, Account.UNOPENED);
  }

  @Override
  public Transaction transaction(CommandId id) {
    return transactions.getOrDefault(id, Transaction.UNKNOWN);
  }

  Decision decide(Command command) {
    return decide(command, NOW);
  }

  Decision decide(Command command, Instant recordTime) {
    return Ledger.decide(this, command, recordTime, "log-1");
  }

  void given(Command... commands) {
    for (Command command : commands) {
      given("c-" + anonymous++, command);
    }
  }

  void given(String id, Command command) {
    apply(CommandId.of(id), command, ((Accepted) decide(command)).steps(), NOW);
  }

  void expired(String id) {
    applyExpiry(CommandId.of(id), Ledger.expire(this, CommandId.of(id)).steps());
  }

  void applyExpiry(CommandId id, List<Step> steps) {
    fold(id, steps, NOW);
    steps.forEach(this::apply);
  }

  Account.Open open(AccountId id) {
    return (Account.Open) account(id);
  }

  void apply(CommandId id, Command command, List<Step> steps, Instant effectiveTime) {
    command.transaction(id).ifPresent(affected -> fold(affected, steps, effectiveTime));
    if (command instanceof ReverseTransaction(var reversed, _, _)) {
      transactions.computeIfPresent(reversed, (_, before) -> ((Posted) before).reversed(id));
    }
    steps.forEach(this::apply);
  }

  private void fold(CommandId id, List<Step> steps, Instant effectiveTime) {
    Transaction transaction = transaction(id);
    for (Step step : steps) {
      transaction =
          transaction.evolve(step.account(), (TransactionEvent) step.event(), effectiveTime);
    }
    transactions.put(id, transaction);
  }

  private void apply(Step step) {
    if (step.account().isLedger()) {
      book = book.evolve(step.event());
    } else {
      accounts.put(step.account(), account(step.account()).evolve(step.event()));
    }
  }
}
