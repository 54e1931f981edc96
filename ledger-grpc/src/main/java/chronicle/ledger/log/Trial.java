package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.Books;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Decision.Step;
import chronicle.ledger.domain.Event.TransactionEvent;
import chronicle.ledger.domain.Transaction;
import chronicle.ledger.domain.Transaction.Posted;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The states as the commands of an atomic batch would leave them, one after the other. */
final class Trial implements Books {
  private final Books books;
  private final Map<AccountId, Account> accounts = new HashMap<>();
  private final Map<CommandId, Transaction> transactions = new HashMap<>();
  private Book book;

  Trial(Books books) {
    this.books = books;
    this.book = books.book();
  }

  @Override
  public Book book() {
    return book;
  }

  @Override
  public Account account(AccountId id) {
    Account account = accounts.get(id);
    return account != null ? account : books.account(id);
  }

  @Override
  public Transaction transaction(CommandId id) {
    Transaction transaction = transactions.get(id);
    return transaction != null ? transaction : books.transaction(id);
  }

  void add(Request request, List<Step> steps, Instant effectiveTime) {
    for (Step step : steps) {
      if (step.account().isLedger()) {
        book = book.evolve(step.event());
      } else {
        accounts.put(step.account(), step.after());
      }
    }
    request
        .command()
        .transaction(request.id())
        .ifPresent(id -> transactions.put(id, fold(transaction(id), steps, effectiveTime)));
    if (request.command() instanceof ReverseTransaction(var id, _, _)
        && transaction(id) instanceof Posted posted) {
      transactions.put(id, posted.reversed(request.id()));
    }
  }

  private static Transaction fold(
      Transaction transaction, List<Step> steps, Instant effectiveTime) {
    Transaction next = transaction;
    for (Step step : steps) {
      next = next.evolve(step.account(), (TransactionEvent) step.event(), effectiveTime);
    }
    return next;
  }
}
