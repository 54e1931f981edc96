package chronicle.query;

import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListTransactionsRequest;
import chronicle.query.v1.Transaction;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Which rows of a list are wanted; what is empty lets all pass. */
record Filter(
    Optional<Instant> from,
    Optional<Instant> until,
    Optional<Instant> effectiveFrom,
    Optional<Instant> effectiveUntil,
    List<String> types,
    Optional<Long> amountMin,
    Optional<Long> amountMax,
    Optional<String> reference,
    Labels labels,
    Optional<Transaction.Status> status) {
  /** The filter as a row of a common table expression: a statement's first ten parameters. */
  static final String ROW =
      """
      WITH filter AS (
        SELECT ?::timestamptz AS recorded_from, ?::timestamptz AS effective_from, ?::timestamptz AS effective_until,
          ?::text[] AS types, ?::bigint AS amount_min, ?::bigint AS amount_max, ?::text AS reference,
          jsonb_object(?::text[], ?::text[]) AS metadata, ?::text AS status
      )
      """;

  static Filter of(ListEntriesRequest request) {
    return new Filter(
        Times.parse("from_time", request.hasFromTime(), request.getFromTime()),
        Times.parse("until_time", request.hasUntilTime(), request.getUntilTime()),
        Times.parse("effective_from", request.hasEffectiveFrom(), request.getEffectiveFrom()),
        Times.parse("effective_until", request.hasEffectiveUntil(), request.getEffectiveUntil()),
        request.getTypesList(),
        request.hasAmountMin() ? Optional.of(request.getAmountMin()) : Optional.empty(),
        request.hasAmountMax() ? Optional.of(request.getAmountMax()) : Optional.empty(),
        Optional.of(request.getReference()).filter(reference -> !reference.isEmpty()),
        Labels.of(request.getMetadataList()),
        Optional.empty());
  }

  static Filter of(ListTransactionsRequest request) {
    return new Filter(
        Times.parse("from_time", request.hasFromTime(), request.getFromTime()),
        Times.parse("until_time", request.hasUntilTime(), request.getUntilTime()),
        Times.parse("effective_from", request.hasEffectiveFrom(), request.getEffectiveFrom()),
        Times.parse("effective_until", request.hasEffectiveUntil(), request.getEffectiveUntil()),
        List.of(),
        request.hasAmountMin() ? Optional.of(request.getAmountMin()) : Optional.empty(),
        request.hasAmountMax() ? Optional.of(request.getAmountMax()) : Optional.empty(),
        Optional.of(request.getReference()).filter(reference -> !reference.isEmpty()),
        Labels.of(request.getMetadataList()),
        Optional.of(request.getStatus())
            .filter(status -> status != Transaction.Status.STATUS_UNSPECIFIED));
  }

  /** Sets the parameters of {@link #ROW}. */
  void bind(PreparedStatement statement) throws SQLException {
    bind(statement, 1, from);
    bind(statement, 2, effectiveFrom);
    bind(statement, 3, effectiveUntil);
    statement.setObject(4, types.isEmpty() ? null : types.toArray(String[]::new), Types.ARRAY);
    statement.setObject(5, amountMin.orElse(null), Types.BIGINT);
    statement.setObject(6, amountMax.orElse(null), Types.BIGINT);
    statement.setString(7, reference.orElse(null));
    statement.setObject(8, labels.keys());
    statement.setObject(9, labels.values());
    statement.setString(10, status.map(Enum::name).orElse(null));
  }

  private static void bind(PreparedStatement statement, int parameter, Optional<Instant> time)
      throws SQLException {
    statement.setObject(
        parameter, time.map(ReadModel::parameter).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
  }
}
