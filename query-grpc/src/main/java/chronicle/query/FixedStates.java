package chronicle.query;

import chronicle.query.v1.Account;
import chronicle.query.v1.ListAccountsResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What accounts were as of a moment that was resolved before. Where finding that out is dear and it
 * can never change, it comes from the cache if that has it.
 */
final class FixedStates {
  private final StateQueries queries;
  private final Freshness freshness;
  private final FixedAnswers cache;

  FixedStates(StateQueries queries, Freshness freshness, FixedAnswers cache) {
    this.queries = queries;
    this.freshness = freshness;
    this.cache = cache;
  }

  /** All that was known at the moment: a few look-ups by index, which no cache would beat. */
  AccountStates asKnown(String ledger, Moment moment, List<String> accounts, Wait wait) {
    return read(ledger, moment, Optional.empty(), accounts, wait);
  }

  /** As effective at a time, of what was known at the moment that the caller asked for. */
  AccountStates at(
      String ledger,
      AsOf asOf,
      Moment moment,
      Instant effective,
      List<String> accounts,
      Wait wait) {
    return switch (asOf) {
      // The next call is to know more: nobody would ask for this position again.
      case AsOf.Now() -> read(ledger, moment, Optional.of(effective), accounts, wait);
      case AsOf.Position _, AsOf.Time _ -> {
        var key = key(ledger, moment, effective, accounts);
        yield cache
            .find(key, ListAccountsResponse.parser())
            .map(kept -> states(moment, kept))
            .orElseGet(() -> readAndKeep(key, ledger, moment, effective, accounts, wait));
      }
    };
  }

  private AccountStates readAndKeep(
      AnswerKey key,
      String ledger,
      Moment moment,
      Instant effective,
      List<String> accounts,
      Wait wait) {
    var found = read(ledger, moment, Optional.of(effective), accounts, wait);
    var complete = found.accounts().stream().allMatch(Optional::isPresent);
    // Between the moment and this, other rows may have taken the place of those it was told by.
    if (complete && found.origin().equals(moment.origin())) {
      cache.keep(key, message(found));
    }
    return found;
  }

  private AccountStates read(
      String ledger, Moment moment, Optional<Instant> effective, List<String> ids, Wait wait) {
    return freshness.read(
        ledger, wait.atLeast(moment.position()), () -> queries.at(ledger, moment, effective, ids));
  }

  private static AnswerKey key(
      String ledger, Moment moment, Instant effective, List<String> accounts) {
    var asked = Stream.concat(Stream.of(effective.toString()), accounts.stream()).toList();
    return AnswerKey.of("effective-states", ledger, moment, asked);
  }

  private static ListAccountsResponse message(AccountStates states) {
    var message = ListAccountsResponse.newBuilder();
    states.accounts().forEach(state -> state.ifPresent(it -> message.addAccounts(it.account())));
    return message.build();
  }

  private static AccountStates states(Moment moment, ListAccountsResponse kept) {
    var states = kept.getAccountsList().stream().map(FixedStates::state).toList();
    return new AccountStates(moment.checkpoint(), moment.origin(), states);
  }

  private static Optional<AccountState> state(Account account) {
    var recorded = Times.parse("update_time", account.getUpdateTime());
    return Optional.of(new AccountState(account, recorded));
  }
}
