package chronicle.ledger.domain;

import chronicle.ledger.domain.Event.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a client can ask a ledger to do; what makes no sense in any state can't be built. */
public sealed interface Command {
  /** How many postings a transaction may have. */
  int POSTINGS_MAX = 500;

  /** The client's reference, metadata, effective time and expected version. */
  Details details();

  /** The accounts that it names, whose state decides. */
  default List<AccountId> accounts() {
    return switch (this) {
      case CreateLedger _, RegisterAsset _ -> List.of();
      case CreateAccount create -> List.of(create.account());
      case OfAccount change -> List.of(change.account());
      case Deposit deposit -> List.of(deposit.account());
      case Withdraw withdraw -> List.of(withdraw.account());
      case Transfer transfer -> List.of(transfer.source(), transfer.destination());
      case CreateTransaction create -> Movement.accounts(create.postings());
      case OfTransaction _ -> List.of();
    };
  }

  /** The transaction that its events belong to, if any; {@code id} is the command's own. */
  default Optional<CommandId> transaction(CommandId id) {
    return switch (this) {
      case CreateLedger _, RegisterAsset _, CreateAccount _, OfAccount _ -> Optional.empty();
      case Deposit _, Withdraw _, Transfer _, CreateTransaction _, ReverseTransaction _ ->
          Optional.of(id);
      case PostTransaction post -> Optional.of(post.transaction());
      case VoidTransaction release -> Optional.of(release.transaction());
    };
  }

  /** Something about an account that exists. */
  sealed interface OfAccount extends Command {
    /** The account. */
    AccountId account();
  }

  /** Something about a transaction that exists. */
  sealed interface OfTransaction extends Command {
    /** The transaction. */
    CommandId transaction();
  }

  /** Asks that the ledger be created. */
  record CreateLedger(Details details) implements Command {}

  /** Asks that a currency beyond ISO 4217 may be used, one minor unit being {@code 10^-scale}. */
  record RegisterAsset(String currency, int scale, Details details) implements Command {
    /** The most decimal digits of a minor unit. */
    public static final int SCALE_MAX = 18;

    /** Refuses a malformed code and a scale out of range. */
    public RegisterAsset {
      Assets.requireCode(currency);
      if (scale < 0 || scale > SCALE_MAX) {
        throw new IllegalArgumentException("scale must be 0 to 18");
      }
    }
  }

  /** Asks for an account of one currency. */
  record CreateAccount(AccountId account, String currency, Limits limits, Details details)
      implements Command {
    /** Refuses a malformed currency. */
    public CreateAccount {
      Assets.requireCode(currency);
    }
  }

  /**
   * Asks that these fields of an account be set: to the value given, to nothing where none is
   * given; the reference and metadata are the command's.
   */
  record UpdateAccount(
      AccountId account,
      Set<Field> fields,
      Optional<Money> overdraftLimit,
      Optional<Money> balanceMax,
      Details details)
      implements OfAccount {
    /** What can be set. */
    public enum Field {
      /** How far below zero the balance may go. */
      OVERDRAFT_LIMIT,
      /** How high the balance may go. */
      BALANCE_MAX,
      /** The account's reference. */
      REFERENCE,
      /** The account's metadata. */
      METADATA
    }

    /** Keeps a copy; refuses negative limits, and to change nothing. */
    public UpdateAccount {
      fields = Set.copyOf(fields);
      if (fields.isEmpty()) {
        throw new IllegalArgumentException("nothing is to be updated");
      }
      overdraftLimit.ifPresent(limit -> requireNotNegative(limit, "overdraft_limit"));
      balanceMax.ifPresent(limit -> requireNotNegative(limit, "balance_max"));
    }
  }

  /** Asks that an account be barred from postings: from these, in place of those before. */
  record FreezeAccount(AccountId account, Freeze freeze, Details details) implements OfAccount {
    /** Refuses to bar from nothing. */
    public FreezeAccount {
      if (freeze == Freeze.NONE) {
        throw new IllegalArgumentException("scope must bar something");
      }
    }
  }

  /** Asks that a frozen account may post again. */
  record UnfreezeAccount(AccountId account, Details details) implements OfAccount {}

  /** Asks that an empty account be closed. */
  record CloseAccount(AccountId account, Details details) implements OfAccount {}

  /** Asks that a closed account be opened again. */
  record ReopenAccount(AccountId account, Details details) implements OfAccount {}

  /** Asks for money to come in from outside the ledger. */
  record Deposit(AccountId account, Money amount, Details details) implements Command {
    /** Refuses an amount that is not positive. */
    public Deposit {
      requirePositive(amount);
    }
  }

  /** Asks for money to leave the ledger. */
  record Withdraw(AccountId account, Money amount, Details details) implements Command {
    /** Refuses an amount that is not positive. */
    public Withdraw {
      requirePositive(amount);
    }
  }

  /** Asks for money to move between two accounts. */
  record Transfer(AccountId source, AccountId destination, Money amount, Details details)
      implements Command {
    /** Refuses an amount that is not positive, and equal accounts. */
    public Transfer {
      requirePositive(amount);
      if (source.equals(destination)) {
        throw new IllegalArgumentException("source_account and destination_account must differ");
      }
    }
  }

  /** Asks for several postings in order, all or none; pending, only for their money to be held. */
  record CreateTransaction(
      List<Movement> postings, boolean pending, Optional<Instant> expireTime, Details details)
      implements Command {
    /**
     * Keeps a copy; refuses none or too many postings, a pending one from outside the ledger, and
     * an expiry of what is not pending.
     */
    public CreateTransaction {
      postings = List.copyOf(postings);
      if (postings.isEmpty() || postings.size() > POSTINGS_MAX) {
        throw new IllegalArgumentException("postings must be 1 to " + POSTINGS_MAX);
      }
      if (pending && postings.stream().anyMatch(posting -> posting.source().isEmpty())) {
        throw new IllegalArgumentException("a pending posting needs a source_account");
      }
      if (!pending && expireTime.isPresent()) {
        throw new IllegalArgumentException("expire_time is for a pending transaction");
      }
    }
  }

  /**
   * Asks that what a pending transaction holds be moved: so much of each posting, and all of
   * everything where no amounts are given.
   */
  record PostTransaction(CommandId transaction, List<Money> amounts, Details details)
      implements OfTransaction {
    /** Keeps a copy; refuses negative amounts, and to post nothing. */
    public PostTransaction {
      amounts = List.copyOf(amounts);
      amounts.forEach(amount -> requireNotNegative(amount, "amounts"));
      if (!amounts.isEmpty() && amounts.stream().allMatch(amount -> amount.minorUnits() == 0)) {
        throw new IllegalArgumentException("amounts must not all be 0");
      }
    }
  }

  /** Asks that what a pending transaction holds be released. */
  record VoidTransaction(CommandId transaction, Details details) implements OfTransaction {}

  /**
   * Asks that a transaction's money be moved back, as effective as the transaction itself or as the
   * details say.
   */
  record ReverseTransaction(CommandId transaction, boolean atOriginalTime, Details details)
      implements OfTransaction {
    /** Refuses two effective times. */
    public ReverseTransaction {
      if (atOriginalTime && details.effectiveTime().isPresent()) {
        throw new IllegalArgumentException("at_original_effective_time excludes effective_time");
      }
    }
  }

  private static void requirePositive(Money amount) {
    if (amount.minorUnits() <= 0) {
      throw new IllegalArgumentException("amount must be positive");
    }
  }

  private static void requireNotNegative(Money amount, String what) {
    if (amount.minorUnits() < 0) {
      throw new IllegalArgumentException(what + " must not be negative");
    }
  }
}
