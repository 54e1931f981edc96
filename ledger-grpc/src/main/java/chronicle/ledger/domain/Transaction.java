package chronicle.ledger.domain;

import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Event.TransactionEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state of a transaction: a fold of the events that carry its id, immutable. The events of a
 * command are folded whole; between two of them the state says nothing.
 */
public sealed interface Transaction {
  /** The state before the first event. */
  Transaction UNKNOWN = new Unknown();

  /**
   * Returns the state after one more event of an account, which took effect at a time; an event
   * that can't follow this state is a broken invariant and throws {@link IllegalStateException}.
   */
  Transaction evolve(AccountId account, TransactionEvent event, Instant effectiveTime);

  /** What is held, or was posted; nothing where it was released. */
  List<Movement> movements();

  /** No such transaction. */
  record Unknown() implements Transaction {
    @Override
    public List<Movement> movements() {
      return List.of();
    }

    @Override
    public Transaction evolve(AccountId account, TransactionEvent event, Instant effectiveTime) {
      return switch (event) {
        case MoneyDeposited _, MoneyWithdrawn _, MoneyTransferredOut _ ->
            new Posted(List.of(posted(account, event)), false, effectiveTime, Optional.empty());
        case FundsHeld(var amount, var destination, var expireTime, _) ->
            new Pending(
                List.of(new Movement(Optional.of(account), destination, amount)), expireTime);
        case HoldPosted _, HoldVoided _, HoldExpired _, MoneyTransferredIn _ ->
            throw new IllegalStateException("no transaction to apply " + event + " to");
      };
    }
  }

  /** Money is held at every source, until the time given or a command. */
  record Pending(List<Movement> movements, Optional<Instant> expireTime) implements Transaction {
    /** Keeps a copy. */
    public Pending {
      movements = List.copyOf(movements);
    }

    /** Whether its time is up. */
    public boolean isDue(Instant time) {
      return expireTime.isPresent() && !expireTime.get().isAfter(time);
    }

    @Override
    public Transaction evolve(AccountId account, TransactionEvent event, Instant effectiveTime) {
      return switch (event) {
        case FundsHeld(var amount, var destination, _, _) ->
            new Pending(
                with(movements, new Movement(Optional.of(account), destination, amount)),
                expireTime);
        case HoldPosted _ ->
            new Posted(List.of(posted(account, event)), true, effectiveTime, Optional.empty());
        case HoldVoided _ -> new Voided();
        case HoldExpired _ -> new Expired();
        case MoneyDeposited _, MoneyWithdrawn _, MoneyTransferredOut _, MoneyTransferredIn _ ->
            throw new IllegalStateException("a pending transaction can't take " + event);
      };
    }
  }

  /** Money has moved, at once or after it was held; and back, where it was reversed. */
  record Posted(
      List<Movement> movements,
      boolean wasPending,
      Instant effectiveTime,
      Optional<CommandId> reversedBy)
      implements Transaction {
    /** Keeps a copy. */
    public Posted {
      movements = List.copyOf(movements);
    }

    /** The same, reversed; a second time is a broken invariant. */
    public Posted reversed(CommandId by) {
      if (reversedBy.isPresent()) {
        throw new IllegalStateException("a transaction reversed twice");
      }
      return new Posted(movements, wasPending, effectiveTime, Optional.of(by));
    }

    @Override
    public Transaction evolve(AccountId account, TransactionEvent event, Instant effectiveTime) {
      return switch (event) {
        case MoneyDeposited _, MoneyWithdrawn _, MoneyTransferredOut _, HoldPosted _ ->
            new Posted(
                with(movements, posted(account, event)), wasPending, effectiveTime, reversedBy);
        case MoneyTransferredIn _, HoldVoided _ -> this;
        case FundsHeld _, HoldExpired _ ->
            throw new IllegalStateException("a posted transaction can't take " + event);
      };
    }
  }

  /** What was held was released by a command. */
  record Voided() implements Transaction {
    @Override
    public List<Movement> movements() {
      return List.of();
    }

    @Override
    public Transaction evolve(AccountId account, TransactionEvent event, Instant effectiveTime) {
      return switch (event) {
        case HoldVoided _ -> this;
        // A command that posts nothing of the first posting, but something of this one.
        case HoldPosted _ ->
            new Posted(List.of(posted(account, event)), true, effectiveTime, Optional.empty());
        case MoneyDeposited _,
            MoneyWithdrawn _,
            MoneyTransferredOut _,
            MoneyTransferredIn _,
            FundsHeld _,
            HoldExpired _ ->
            throw new IllegalStateException("a voided transaction can't take " + event);
      };
    }
  }

  /** What was held was released because its time was up. */
  record Expired() implements Transaction {
    @Override
    public List<Movement> movements() {
      return List.of();
    }

    @Override
    public Transaction evolve(AccountId account, TransactionEvent event, Instant effectiveTime) {
      if (event instanceof HoldExpired) {
        return this;
      }
      throw new IllegalStateException("an expired transaction can't take " + event);
    }
  }

  private static Movement posted(AccountId account, TransactionEvent event) {
    return switch (event) {
      case MoneyDeposited(var amount) ->
          new Movement(Optional.empty(), Optional.of(account), amount);
      case MoneyWithdrawn(var amount) ->
          new Movement(Optional.of(account), Optional.empty(), amount);
      case MoneyTransferredOut(var amount, var destination) ->
          new Movement(Optional.of(account), Optional.of(destination), amount);
      case HoldPosted(var amount, _, var destination, _) ->
          new Movement(Optional.of(account), destination, amount);
      case MoneyTransferredIn _, FundsHeld _, HoldVoided _, HoldExpired _ ->
          throw new IllegalStateException("no money leaves a side by " + event);
    };
  }

  private static List<Movement> with(List<Movement> movements, Movement more) {
    var all = new ArrayList<Movement>(movements.size() + 1);
    all.addAll(movements);
    all.add(more);
    return all;
  }
}
