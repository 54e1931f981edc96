package chronicle.query;

import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementSummary;
import java.util.List;
import java.util.Optional;

/** Makes replies of a statement, whose borders follow from the statement alone. */
interface StatementForm<A> {
  /** The replies before the entries. */
  Optional<A> begin();

  /** A reply that is full with the next entry. */
  Optional<A> entry(long number, StatementEntry entry);

  /** What was not sent yet, and what ends the statement. */
  List<A> end(StatementSummary summary);
}
