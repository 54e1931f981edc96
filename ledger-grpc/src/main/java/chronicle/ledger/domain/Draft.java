package chronicle.ledger.domain;

import chronicle.ledger.domain.Decision.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A decision in the making: each event is added to the states that the ones before it led to. */
final class Draft {
  private final Books books;
  private final Map<AccountId, Account> changed = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();

  Draft(Books books) {
    this.books = books;
  }

  Book book() {
    return books.book();
  }

  Transaction transaction(CommandId id) {
    return books.transaction(id);
  }

  Account account(AccountId id) {
    Account account = changed.get(id);
    return account != null ? account : books.account(id);
  }

  void add(AccountId id, Event event) {
    Account after = account(id).evolve(event);
    changed.put(id, after);
    steps.add(new Step(id, event, after));
  }

  void addToLedger(Event event) {
    steps.add(new Step(AccountId.LEDGER, event, Account.UNOPENED));
  }

  List<Step> steps() {
    return steps;
  }
}
