package chronicle.ledger.model;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Commands as clients would never send them: few accounts and few currencies, so that everything
 * meets; amounts at the edge of what an account has and of 64 bits; holds that soon expire; and
 * again and again the same transactions posted, voided and reversed.
 */
public final class RandomCommands {
  private static final int ACCOUNTS = 5;
  private static final int POSTINGS_MAX = 4;
  private static final int RECENT = 3;
  private static final List<String> CURRENCIES = List.of("USD", "USD", "USD", "EUR", "GOLD");
  private static final List<Field> FIELDS = List.of(Field.values());
  private static final List<String> CODES = List.of("GOLD", "USD", "NOPE", "SHELL", "JPY");

  private final RandomGenerator random;
  private final Duration soon;
  private final Function<AccountId, Optional<Sight>> look;
  private final List<String> pending = new ArrayList<>();
  private final Map<String, List<Movement>> held = new HashMap<>();
  private final List<String> moved = new ArrayList<>();
  private final List<String> others = new ArrayList<>();

  /** What is known of an account, perhaps no longer true: it makes what is asked for fit. */
  public record Sight(
      long version,
      String currency,
      long posted,
      long available,
      boolean isFrozen,
      boolean isClosed) {}

  /** Commands whose holds expire after up to {@code soon}. */
  public RandomCommands(
      RandomGenerator random, Duration soon, Function<AccountId, Optional<Sight>> look) {
    this.random = random;
    this.soon = soon;
    this.look = look;
  }

  /** Takes in that a command was accepted, so that later ones may be about its transaction. */
  public void accepted(String id, Command command) {
    switch (command) {
      case Command.CreateTransaction(var postings, var isPending, _, _) when isPending -> {
        pending.add(id);
        held.put(id, postings);
      }
      case Command.Deposit _,
          Command.Withdraw _,
          Command.Transfer _,
          Command.CreateTransaction _,
          Command.ReverseTransaction _ ->
          moved.add(id);
      default -> others.add(id);
    }
  }

  /** The next command, to be asked at about a time in whole microseconds. */
  public Command next(Instant now) {
    AccountId account = account();
    Details details = details(now, account);
    Optional<Sight> sight = look.apply(account);
    if (sight.isEmpty() && random.nextInt(3) > 0) {
      return create(account, timeless(details));
    }
    if (sight.filter(Sight::isClosed).isPresent() && random.nextInt(3) > 0) {
      return new Command.ReopenAccount(account, details);
    }
    if (sight.filter(Sight::isFrozen).isPresent() && random.nextInt(4) == 0) {
      return new Command.UnfreezeAccount(account, details);
    }
    return next(now, account, details);
  }

  private Command next(Instant now, AccountId account, Details details) {
    return switch (random.nextInt(44)) {
      case 0 ->
          random.nextInt(10) == 0
              ? new Command.CreateLedger(timeless(details))
              : new Command.RegisterAsset(code(), random.nextInt(3), timeless(details));
      case 1 -> create(account, timeless(details));
      case 2 -> new Command.FreezeAccount(account, freeze(), details);
      case 3 -> new Command.UnfreezeAccount(account, details);
      case 4, 5 -> new Command.CloseAccount(account, details);
      case 6 -> new Command.ReopenAccount(account, details);
      case 7, 8 -> update(account, details);
      case 9, 10, 11, 12, 13, 14 -> new Command.Deposit(account, credit(account), details);
      case 15, 16, 17, 18 -> new Command.Withdraw(account, debit(account), details);
      case 19, 20, 21 -> new Command.Transfer(account, otherThan(account), debit(account), details);
      case 22, 23, 24 ->
          new Command.CreateTransaction(
              postings(false), false, Optional.empty(), unversioned(details));
      case 25, 26, 27, 28, 29, 30, 31 ->
          new Command.CreateTransaction(
              postings(true), true, expireTime(now), unversioned(details));
      case 32, 33, 34, 35, 36 -> post(unversioned(details));
      case 37, 38, 39 -> new Command.VoidTransaction(transaction(), unversioned(details));
      default -> reverse(unversioned(details));
    };
  }

  private Command create(AccountId account, Details details) {
    String currency =
        random.nextInt(6) == 0 ? code() : CURRENCIES.get(random.nextInt(CURRENCIES.size()));
    return new Command.CreateAccount(account, currency, new Limits(overdraft(), max()), details);
  }

  private Command update(AccountId account, Details details) {
    var fields = EnumSet.of(FIELDS.get(random.nextInt(FIELDS.size())));
    for (Field field : FIELDS) {
      if (random.nextInt(3) == 0) {
        fields.add(field);
      }
    }
    return new Command.UpdateAccount(
        account,
        fields,
        fields.contains(Field.OVERDRAFT_LIMIT) && random.nextInt(4) > 0
            ? Optional.of(new Money(currency(account), overdraft()))
            : Optional.empty(),
        fields.contains(Field.BALANCE_MAX) && random.nextInt(4) > 0
            ? Optional.of(new Money(currency(account), max().orElse(0)))
            : Optional.empty(),
        details);
  }

  private Command post(Details details) {
    CommandId transaction = transaction();
    var amounts = new ArrayList<Money>();
    if (random.nextInt(3) > 0) {
      for (Movement posting : held.getOrDefault(transaction.value(), List.of())) {
        amounts.add(part(posting.amount()));
      }
      if (random.nextInt(12) == 0) {
        amounts.add(new Money("USD", 1));
      }
    }
    boolean isNothing = amounts.stream().allMatch(amount -> amount.minorUnits() == 0);
    return new Command.PostTransaction(transaction, isNothing ? List.of() : amounts, details);
  }

  private Money part(Money whole) {
    long amount =
        switch (random.nextInt(12)) {
          case 0 -> whole.minorUnits() == Long.MAX_VALUE ? 1 : whole.minorUnits() + 1;
          case 1, 2, 3, 4 -> 0;
          case 5, 6 -> whole.minorUnits();
          default -> random.nextLong(whole.minorUnits()) + 1;
        };
    return new Money(random.nextInt(20) == 0 ? code() : whole.currency(), amount);
  }

  private Command reverse(Details details) {
    return new Command.ReverseTransaction(
        transaction(), details.effectiveTime().isEmpty() && random.nextBoolean(), details);
  }

  private List<Movement> postings(boolean pending) {
    var postings = new ArrayList<Movement>();
    int count = 1 + random.nextInt(random.nextInt(3) == 0 ? POSTINGS_MAX : 1);
    for (int i = 0; i < count; i++) {
      AccountId source = account();
      Money amount = debit(source);
      int outside = random.nextInt(5);
      postings.add(
          new Movement(
              outside == 0 && !pending ? Optional.empty() : Optional.of(source),
              outside == 1 ? Optional.empty() : Optional.of(otherThan(source)),
              amount));
    }
    return postings;
  }

  private Optional<Instant> expireTime(Instant now) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> Optional.empty();
      case 2 -> Optional.of(now);
      default -> Optional.of(now.plusNanos(1_000 * random.nextLong(soon.toNanos() / 1_000)));
    };
  }

  private CommandId transaction() {
    int choice = random.nextInt(24);
    if (choice == 0) {
      return CommandId.of("nothing-" + random.nextInt(3));
    }
    List<String> ids = choice == 1 ? others : choice < 16 ? pending : moved;
    if (ids.isEmpty()) {
      return CommandId.of("nothing");
    }
    int back = random.nextInt(8) == 0 ? ids.size() : Math.min(RECENT, ids.size());
    return CommandId.of(ids.get(ids.size() - 1 - random.nextInt(back)));
  }

  private Details details(Instant now, AccountId account) {
    return new Details(
        random.nextInt(8) == 0 ? "reference-" + random.nextInt(3) : "",
        random.nextInt(8) == 0 ? Map.of("key", "value-" + random.nextInt(3)) : Map.of(),
        effectiveTime(now),
        random.nextInt(6) == 0 ? version(account) : OptionalLong.empty());
  }

  private Optional<Instant> effectiveTime(Instant now) {
    return switch (random.nextInt(20)) {
      case 0 -> Optional.of(now.plus(Duration.ofHours(1)));
      case 1 -> Optional.of(now);
      case 2, 3 -> Optional.of(now.minusNanos(1_000 * (1 + random.nextLong(1_000_000))));
      default -> Optional.empty();
    };
  }

  private OptionalLong version(AccountId account) {
    long known = look.apply(account).map(Sight::version).orElse(1L);
    return OptionalLong.of(Math.max(1, known - random.nextInt(4) / 3));
  }

  private static Details timeless(Details details) {
    return new Details(
        details.reference(), details.metadata(), Optional.empty(), OptionalLong.empty());
  }

  private static Details unversioned(Details details) {
    return new Details(
        details.reference(), details.metadata(), details.effectiveTime(), OptionalLong.empty());
  }

  private Money credit(AccountId account) {
    return new Money(
        currency(account), random.nextInt(25) == 0 ? enormous() : 1 + random.nextLong(500));
  }

  /** Often all that is there, or one unit more. */
  private Money debit(AccountId account) {
    long available = look.apply(account).map(Sight::available).orElse(0L);
    long amount =
        switch (random.nextInt(12)) {
          case 0 -> available;
          case 1 -> available == Long.MAX_VALUE ? available : available + 1;
          case 2 -> look.apply(account).map(Sight::posted).orElse(1L);
          case 3 -> random.nextInt(3) == 0 ? enormous() : 7;
          default -> 1 + random.nextLong(60);
        };
    return new Money(currency(account), Math.max(1, amount));
  }

  private String currency(AccountId account) {
    return random.nextInt(30) == 0
        ? code()
        : look.apply(account).map(Sight::currency).filter(code -> !code.isEmpty()).orElse("USD");
  }

  private String code() {
    return CODES.get(random.nextInt(CODES.size()));
  }

  private Freeze freeze() {
    return List.of(Freeze.DEBITS, Freeze.CREDITS, Freeze.ALL).get(random.nextInt(3));
  }

  private long overdraft() {
    return switch (random.nextInt(8)) {
      case 0 -> enormous();
      case 1, 2, 3 -> random.nextLong(200);
      default -> 0;
    };
  }

  private OptionalLong max() {
    return switch (random.nextInt(6)) {
      case 0 -> OptionalLong.of(random.nextLong(1_000));
      case 1 -> OptionalLong.of(enormous());
      default -> OptionalLong.empty();
    };
  }

  private long enormous() {
    return Long.MAX_VALUE - random.nextLong(1_000);
  }

  private AccountId account() {
    // Two of them see most of it.
    return AccountId.of("account-" + random.nextInt(random.nextBoolean() ? 2 : ACCOUNTS));
  }

  private AccountId otherThan(AccountId account) {
    AccountId other = account();
    return other.equals(account)
        ? AccountId.of(account.value().equals("account-0") ? "account-1" : "account-0")
        : other;
  }
}
