package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** What can be asked of a ledger's sequencer. */
public sealed interface Work {
  /** The commands to be decided, in order. */
  List<Request> requests();

  /** The ids that stand for it from then on, none of which may stand for anything else. */
  default List<CommandId> ids() {
    return requests().stream().map(Request::id).toList();
  }

  /** The accounts whose state it takes beside those of its commands. */
  List<AccountId> accounts();

  /** About how many events it may lead to, at least 1: what queue and batch are bounded by. */
  default int weight() {
    int weight = 0;
    for (Request request : requests()) {
      weight += weight(request.command());
    }
    return Math.max(1, weight);
  }

  /** Execute a command, at most once for ever. */
  record Execute(Request request) implements Work {
    @Override
    public List<Request> requests() {
      return List.of(request);
    }

    @Override
    public List<AccountId> accounts() {
      return List.of();
    }
  }

  /** Execute commands in order, all of them or none, at most once for ever. */
  record ExecuteAll(Request.Atomic batch) implements Work {
    @Override
    public List<Request> requests() {
      return batch.parts();
    }

    @Override
    public List<CommandId> ids() {
      return Stream.concat(Stream.of(batch.id()), Work.super.ids().stream()).toList();
    }

    @Override
    public List<AccountId> accounts() {
      return List.of();
    }
  }

  /** Tell an account's state, as fresh as the call. */
  record Inspect(AccountId account) implements Work {
    @Override
    public List<Request> requests() {
      return List.of();
    }

    @Override
    public List<AccountId> accounts() {
      return List.of(account);
    }
  }

  /** See to it that no later event is recorded at or before a time, in whole microseconds. */
  record Settle(Instant time) implements Work {
    @Override
    public List<Request> requests() {
      return List.of();
    }

    @Override
    public List<AccountId> accounts() {
      return List.of();
    }
  }

  /** End the pending transactions whose time is up, as every batch of commands does first. */
  record Sweep() implements Work {
    @Override
    public List<Request> requests() {
      return List.of();
    }

    @Override
    public List<AccountId> accounts() {
      return List.of();
    }
  }

  private static int weight(Command command) {
    return switch (command) {
      case Command.CreateTransaction create -> 2 * create.postings().size();
      // Not known before it is read; few have many.
      case Command.OfTransaction _ -> 8;
      case Command.Transfer _ -> 2;
      case Command.CreateLedger _,
          Command.RegisterAsset _,
          Command.CreateAccount _,
          Command.OfAccount _,
          Command.Deposit _,
          Command.Withdraw _ ->
          1;
    };
  }
}
