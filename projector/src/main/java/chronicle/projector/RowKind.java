package chronicle.projector;

import static chronicle.projector.Field.number;
import static chronicle.projector.Field.numeric;
import static chronicle.projector.Field.pairs;
import static chronicle.projector.Field.text;
import static chronicle.projector.Field.time;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The kinds of rows that have a hash, and the columns that they are stored in, field by field in
 * the order that docs/PROJECTION.md writes down. {@link RowHashes} makes the same of rows that are
 * not stored yet.
 */
@SuppressWarnings("ImmutableEnumChecker") // the list is an immutable one
enum RowKind {
  ACCOUNT(
      Table.ACCOUNTS,
      "account",
      "",
      text("account_id"),
      text("currency_code"),
      text("status"),
      numeric("posted"),
      numeric("held"),
      number("overdraft_limit"),
      number("balance_max"),
      numeric("total_deposits"),
      numeric("total_withdrawals"),
      number("transaction_count"),
      number("account_version"),
      number("position"),
      time("update_time")),

  OPENING(
      Table.ACCOUNTS,
      "account.opening",
      "",
      text("account_id"),
      time("create_time"),
      number("create_position"),
      text("reference"),
      pairs("metadata")),

  ENTRY(
      Table.ENTRIES,
      "entry",
      "",
      number("position"),
      text("account_id"),
      number("account_version"),
      text("event_type"),
      text("currency_code"),
      numeric("amount"),
      numeric("posted_after"),
      numeric("held_after"),
      numeric("available_after"),
      text("command_id"),
      text("transaction_id"),
      number("transaction_index"),
      number("transaction_size"),
      text("counterparty_account"),
      time("record_time"),
      time("effective_time"),
      text("reference"),
      pairs("metadata")),

  HOLD(
      Table.HOLDS,
      "hold",
      "",
      text("transaction_id"),
      number("posting_index"),
      text("account_id"),
      text("destination_account"),
      text("currency_code"),
      number("amount"),
      time("expire_time"),
      number("position"),
      time("record_time"),
      time("effective_time")),

  HOLD_END(
      Table.HOLDS,
      "hold.end",
      "end_position IS NOT NULL",
      text("transaction_id"),
      number("posting_index"),
      text("end_type"),
      number("posted"),
      number("end_position"),
      time("end_record_time"),
      time("end_effective_time")),

  ACCOUNT_CHANGE(
      Table.ACCOUNT_CHANGES,
      "account_change",
      "",
      text("account_id"),
      number("position"),
      time("record_time"),
      time("effective_time"),
      text("status"),
      number("overdraft_limit"),
      number("balance_max"),
      text("reference"),
      pairs("metadata")),

  BACKDATED(
      Table.BACKDATED,
      "backdated",
      "",
      text("account_id"),
      number("number"),
      number("position"),
      time("effective_time"),
      numeric("posted"),
      numeric("held"),
      numeric("posted_total"),
      numeric("held_total")),

  TRANSACTION(
      Table.TRANSACTIONS,
      "transaction",
      "",
      text("transaction_id"),
      number("position"),
      number("last_position"),
      text("CASE WHEN end_position IS NULL THEN status ELSE 'PENDING' END"),
      time("expire_time"),
      text("reverses_transaction_id"),
      time("record_time"),
      time("effective_time"),
      text("reference"),
      pairs("metadata")),

  TRANSACTION_END(
      Table.TRANSACTIONS,
      "transaction.end",
      "end_position IS NOT NULL",
      text("transaction_id"),
      text("status"),
      number("end_position")),

  TRANSACTION_REVERSAL(
      Table.TRANSACTIONS,
      "transaction.reversal",
      "reversed_by IS NOT NULL",
      text("transaction_id"),
      text("reversed_by"),
      number("reversed_position"));

  private final Table table;
  private final String hashed;
  private final String condition;
  private final List<Field> fields;

  /** A table of rows that have hashes. */
  enum Table {
    ACCOUNTS,
    ENTRIES,
    HOLDS,
    ACCOUNT_CHANGES,
    BACKDATED,
    TRANSACTIONS;

    String title() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** What has a row for each hash: of entries a view, since a row may be that of two accounts. */
    String sql() {
      return this == ENTRIES ? "account_entries" : title();
    }

    /** The kind that each of its rows has one of. */
    RowKind row() {
      return kinds().getFirst();
    }

    List<RowKind> kinds() {
      return Arrays.stream(RowKind.values()).filter(kind -> kind.table == this).toList();
    }
  }

  RowKind(Table table, String hashed, String condition, Field... fields) {
    this.table = table;
    this.hashed = hashed;
    this.condition = condition;
    this.fields = List.of(fields);
  }

  /** The name that its hashes begin with. */
  String hashed() {
    return hashed;
  }

  List<Field> fields() {
    return fields;
  }

  /**
   * The column with the position of the event that a transaction's hash follows from: the first
   * number of each kind.
   */
  String position() {
    return fields.stream()
        .filter(field -> field.type() == Field.Type.NUMBER)
        .findFirst()
        .orElseThrow()
        .sql();
  }

  /** A query for all of a generation, {@code key} being what comes before the fields. */
  String select(Generation generation, String key) {
    return "SELECT %s, %s FROM %s WHERE generation = %d%s"
        .formatted(
            key,
            fields.stream().map(Field::sql).collect(Collectors.joining(", ")),
            table.sql(),
            generation.number(),
            condition.isEmpty() ? "" : " AND " + condition);
  }
}
