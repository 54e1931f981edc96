package chronicle.chaos.audit;

import chronicle.query.v1.Account;
import chronicle.query.v1.Transaction;
import java.util.Optional;

/** What a ledger holds at one moment. */
interface States {
  /** The account; empty before it was opened. */
  Optional<Account> account(String id);

  /** The transaction; empty before it was made. */
  Optional<Transaction> transaction(String id);
}
