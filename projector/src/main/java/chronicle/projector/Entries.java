package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The table {@code entries}, which only grows. */
final class Entries {
  private static final String COPY =
      """
      COPY entries (
        generation, ledger_id, position, account_id, account_version, event_type, currency_code, amount, posted_after,
        held_after, available_after, command_id, transaction_id, transaction_index, transaction_size,
        counterparty_account, record_time, effective_time, reference, metadata, external_posted_after)
      FROM STDIN (FORMAT binary)
      """;

  private Entries() {}

  static void write(Connection session, Generation generation, List<Entry> entries)
      throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    Copy.write(
        session,
        COPY,
        entries,
        (copy, entry) -> {
          copy.int4(generation.number())
              .text(generation.ledger())
              .int8(entry.position())
              .text(entry.accountId())
              .int8(entry.accountVersion())
              .text(entry.eventType())
              .text(entry.currencyCode());
          if (entry.amount() == 0) {
            copy.absent();
          } else {
            copy.numeric(entry.amount());
          }
          copy.numeric(entry.postedAfter())
              .numeric(entry.heldAfter())
              .numeric(entry.availableAfter())
              .text(entry.commandId())
              .text(entry.transactionId())
              .int4(entry.transactionIndex())
              .int4(entry.transactionSize())
              .text(entry.counterpartyAccount())
              .time(entry.recordTime())
              .time(entry.effectiveTime())
              .text(entry.reference())
              .json(entry.metadata())
              .optional(entry.externalPostedAfter(), copy::numeric);
        });
  }
}
