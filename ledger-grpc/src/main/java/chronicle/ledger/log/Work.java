package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import java.time.Instant;
import java.util.List;

/** What can be asked of a ledger's sequencer. */
public sealed interface Work {
  /** The accounts whose state it takes. */
  List<AccountId> accounts();

  /** Execute a command, at most once for ever. */
  record Execute(Request request) implements Work {
    @Override
    public List<AccountId> accounts() {
      return request.command().accounts();
    }
  }

  /** Tell an account's state, as fresh as the call. */
  record Inspect(AccountId account) implements Work {
    @Override
    public List<AccountId> accounts() {
      return List.of(account);
    }
  }

  /** See to it that no later event is recorded at or before a time, in whole microseconds. */
  record Settle(Instant time) implements Work {
    @Override
    public List<AccountId> accounts() {
      return List.of();
    }
  }
}
