package chronicle.ledger.model;

import java.time.Instant;
import java.util.List;

/** What the reference ledger answers. */
public sealed interface Verdict {
  /**
   * Yes, with these facts in order: they belong to a transaction, reverse one, and take effect at a
   * time; an empty text stands for no transaction.
   */
  record Yes(List<Fact> facts, String transaction, String reverses, Instant effectiveTime)
      implements Verdict {}

  /** Yes to every command of a batch. */
  record YesToAll(List<Yes> parts) implements Verdict {}

  /** No, for this reason; of a batch, because of the command at this index, else -1. */
  record No(String reason, int commandIndex) implements Verdict {}

  /** The id stands for something else, which differs in this field. */
  record Taken(String id, String field) implements Verdict {}
}
