package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Refusal.Reason;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories beside a ledger of another make: big integers, one map, no events. The seed is
 * in the test's name.
 */
final class LedgerSimulationTest {
  private static final int SEEDS = 200;
  private static final int COMMANDS = 500;
  private static final int ACCOUNTS = 6;
  private static final String[] CURRENCIES = {"USD", "EUR", "NOPE"};

  static LongStream seeds() {
    return LongStream.range(0, SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName(
      "G4 G5 G6: whatever is asked, limits hold, money is conserved, and no leg stands alone")
  void theLedgerAgreesWithTheModel(long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var books = new Model();
    for (int i = 0; i < COMMANDS; i++) {
      Command command = command(random);
      Decision decision = Ledger.decide(books, command, Instant.EPOCH, "log-1");
      assertThat(decision instanceof Accepted).as("%s", command).isEqualTo(books.permits(command));
      switch (decision) {
        case Accepted(var steps) -> {
          books.execute(command);
          steps.forEach(books::apply);
        }
        case Refused(var refusal) ->
            assertThat(refusal.reason()).isNotEqualTo(Reason.LEDGER_NOT_FOUND);
      }
      books.requireAgreement();
    }
  }

  private static Command command(RandomGenerator random) {
    AccountId account = account(random);
    var amount = new Money(currency(random), amount(random));
    return switch (random.nextInt(8)) {
      case 0 ->
          new Command.CreateAccount(
              account,
              currency(random),
              new Event.Limits(
                  random.nextBoolean() ? 0 : random.nextLong(1_000),
                  random.nextInt(4) == 0
                      ? OptionalLong.of(random.nextLong(5_000))
                      : OptionalLong.empty()),
              Details.NONE);
      case 1, 2, 3 -> new Command.Deposit(account, amount, Details.NONE);
      case 4, 5 -> new Command.Withdraw(account, amount, Details.NONE);
      default -> {
        AccountId other = account(random);
        yield account.equals(other)
            ? new Command.Deposit(account, amount, Details.NONE)
            : new Command.Transfer(account, other, amount, Details.NONE);
      }
    };
  }

  private static AccountId account(RandomGenerator random) {
    return AccountId.of("account-" + random.nextInt(ACCOUNTS));
  }

  private static String currency(RandomGenerator random) {
    return CURRENCIES[random.nextInt(10) == 0 ? 2 : random.nextInt(4) == 0 ? 1 : 0];
  }

  private static long amount(RandomGenerator random) {
    return random.nextInt(20) == 0
        ? Long.MAX_VALUE - random.nextLong(10)
        : 1 + random.nextLong(1_500);
  }

  /** What an account is in the model. */
  private static final class Row {
    private final String currency;
    private final BigInteger overdraft;
    private final OptionalLong max;
    private BigInteger balance = BigInteger.ZERO;

    Row(Command.CreateAccount command) {
      currency = command.currency();
      overdraft = BigInteger.valueOf(command.limits().overdraftMinor());
      max = command.limits().balanceMaxMinor();
    }

    boolean permits(String amountCurrency, BigInteger change) {
      BigInteger after = balance.add(change);
      boolean withinMax =
          change.signum() < 0 || max.isEmpty() || after.compareTo(big(max.getAsLong())) <= 0;
      boolean withinLimit = change.signum() > 0 || after.add(overdraft).signum() >= 0;
      return amountCurrency.equals(currency)
          && withinMax
          && withinLimit
          && isLong(after)
          && isLong(after.add(overdraft));
    }

    private static boolean isLong(BigInteger value) {
      return value.bitLength() < Long.SIZE;
    }
  }

  private static BigInteger big(long value) {
    return BigInteger.valueOf(value);
  }

  /** The model beside the fold of the product's events. */
  private static final class Model implements Books {
    private final Map<AccountId, Row> rows = new HashMap<>();
    private final Map<AccountId, Account> fold = new HashMap<>();
    private final Map<String, BigInteger> outside = new HashMap<>();

    @Override
    public Book book() {
      return Book.UNOPENED.evolve(new Event.LedgerCreated("log-1"));
    }

    @Override
    public Account account(AccountId id) {
      return fold.getOrDefault(id, Account.UNOPENED);
    }

    @Override
    public Transaction transaction(CommandId id) {
      return Transaction.UNKNOWN;
    }

    boolean permits(Command command) {
      return switch (command) {
        case Command.CreateAccount create ->
            !rows.containsKey(create.account()) && !create.currency().equals("NOPE");
        case Command.Deposit(var account, var amount, _) -> permits(account, amount, 1);
        case Command.Withdraw(var account, var amount, _) -> permits(account, amount, -1);
        case Command.Transfer(var source, var destination, var amount, _) ->
            permits(source, amount, -1) && permits(destination, amount, 1);
        default -> throw new AssertionError("not asked");
      };
    }

    private boolean permits(AccountId id, Money amount, int sign) {
      Row row = rows.get(id);
      return row != null
          && row.permits(amount.currency(), big(amount.minorUnits()).multiply(big(sign)));
    }

    void execute(Command command) {
      switch (command) {
        case Command.CreateAccount create -> rows.put(create.account(), new Row(create));
        case Command.Deposit(var account, var amount, _) -> {
          add(account, amount, 1);
          outside.merge(amount.currency(), big(-amount.minorUnits()), BigInteger::add);
        }
        case Command.Withdraw(var account, var amount, _) -> {
          add(account, amount, -1);
          outside.merge(amount.currency(), big(amount.minorUnits()), BigInteger::add);
        }
        case Command.Transfer(var source, var destination, var amount, _) -> {
          add(source, amount, -1);
          add(destination, amount, 1);
        }
        default -> throw new AssertionError("not asked");
      }
    }

    private void add(AccountId id, Money amount, int sign) {
      Row row = row(id);
      row.balance = row.balance.add(big(amount.minorUnits()).multiply(big(sign)));
    }

    private Row row(AccountId id) {
      return java.util.Objects.requireNonNull(rows.get(id));
    }

    void apply(Decision.Step posting) {
      fold.put(posting.account(), account(posting.account()).evolve(posting.event()));
    }

    void requireAgreement() {
      var sums = new HashMap<>(outside);
      assertThat(fold.keySet()).isEqualTo(rows.keySet());
      fold.forEach((id, account) -> {
        var open = (Account.Open) account;
        assertThat(big(open.postedMinor())).isEqualTo(row(id).balance);
        assertThat(open.availableMinor()).isNotNegative();
        sums.merge(open.currency(), big(open.postedMinor()), BigInteger::add);
      });
      assertThat(sums.values()).allMatch(sum -> sum.signum() == 0);
    }
  }
}
