package chronicle.query;

import chronicle.query.v1.Account;
import chronicle.query.v1.ListAccountsRequest;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Which accounts are wanted; what is empty lets all pass. */
record AccountFilter(
    Optional<String> status, Optional<String> currency, Optional<String> reference, Labels labels) {
  static AccountFilter of(ListAccountsRequest request) {
    return new AccountFilter(
        Optional.of(request.getStatus())
            .filter(status -> status != Account.Status.STATUS_UNSPECIFIED)
            .map(status -> status.name() + "%"),
        given(request.getCurrencyCode()),
        given(request.getReference()),
        Labels.of(request.getMetadataList()));
  }

  /** Sets eight parameters from the given one on: each text twice, then keys and values. */
  void bind(PreparedStatement statement, int first) throws SQLException {
    var next = first;
    for (var text : List.of(status, currency, reference)) {
      statement.setString(next++, text.orElse(null));
      statement.setString(next++, text.orElse(null));
    }
    statement.setObject(next++, labels.keys());
    statement.setObject(next, labels.values());
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(given -> !given.isEmpty());
  }
}
