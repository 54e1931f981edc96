package chronicle.ledger.service;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import chronicle.error.v1.ErrorReason;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.runtime.Failure;
import chronicle.type.v1.Money;
import com.google.protobuf.Message;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The parser stands in for the rules in the protos on the hot path, so it must refuse just what
 * they refuse.
 */
final class CommandParserTest {
  private static final int SEEDS = 20;
  private static final int MESSAGES = 500;
  private static final String[] IDS = {
    "", "a", "alice", "a.b_c-d", ".a", "-a", "~a", "a b", "é", "a\0", "x".repeat(64), "x".repeat(65)
  };
  private static final String[] CURRENCIES = {
    "USD", "EUR", "usd", "", "US", "US$", "BTC8", "A1B2C3D4E5F6", "A1B2C3D4E5F6G"
  };
  private static final String[] TEXTS = {
    "",
    "rent",
    "x".repeat(64),
    "x".repeat(65),
    "x".repeat(256),
    "x".repeat(257),
    "é".repeat(128),
    "é".repeat(129),
    "a\0b"
  };
  private static final long[] AMOUNTS = {1, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 500};

  private final Requests requests = new Requests();
  private final Validator rules = ValidatorFactory.newBuilder().build();

  static LongStream seeds() {
    return LongStream.range(0, SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName(
      "G13: the parser and the rules of the protos refuse the same requests, as INVALID_REQUEST")
  void theParserAgreesWithTheRules(long seed) throws ValidationException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < MESSAGES; i++) {
      Message message = message(random);
      assertThat(isParsed(message))
          .as("%s", message)
          .isEqualTo(rules.validate(message).isSuccess());
    }
  }

  private boolean isParsed(Message message) {
    try {
      var _ =
          switch (message) {
            case CreateLedgerRequest create -> requests.alone(CommandParser.parse(create));
            case CreateAccountRequest create -> requests.alone(CommandParser.parse(create));
            case DepositRequest deposit -> requests.alone(CommandParser.parse(deposit));
            case WithdrawRequest withdraw -> requests.alone(CommandParser.parse(withdraw));
            case TransferRequest transfer -> requests.alone(CommandParser.parse(transfer));
            default -> throw new AssertionError(message);
          };
      return true;
    } catch (Failure e) {
      assertThat(e.reason()).isEqualTo(ErrorReason.INVALID_REQUEST);
      assertThat(e.violations()).isNotEmpty();
      return false;
    }
  }

  private static Message message(RandomGenerator random) {
    return switch (random.nextInt(5)) {
      case 0 ->
          CreateLedgerRequest.newBuilder()
              .setLedger(odd(random, "books", IDS))
              .setCommandId(odd(random, "", IDS))
              .setReference(odd(random, "", TEXTS))
              .build();
      case 1 -> createAccount(random);
      case 2 -> {
        var deposit =
            DepositRequest.newBuilder()
                .setLedger(odd(random, "", IDS))
                .setAccount(odd(random, "alice", IDS))
                .setCommandId(odd(random, "", IDS))
                .setReference(odd(random, "", TEXTS));
        if (random.nextInt(10) > 0) {
          deposit.setAmount(amount(random));
        }
        if (random.nextInt(4) == 0) {
          deposit.setExpectedVersion(random.nextLong(-1, 3));
        }
        yield withMetadata(random, deposit).build();
      }
      case 3 ->
          WithdrawRequest.newBuilder()
              .setAccount(odd(random, "alice", IDS))
              .setAmount(amount(random))
              .putMetadata(odd(random, "k", TEXTS), odd(random, "v", TEXTS))
              .build();
      default ->
          TransferRequest.newBuilder()
              .setSourceAccount(odd(random, "alice", IDS))
              .setDestinationAccount(odd(random, "bob", IDS))
              .setAmount(amount(random))
              .build();
    };
  }

  private static DepositRequest.Builder withMetadata(
      RandomGenerator random, DepositRequest.Builder deposit) {
    int pairs = random.nextInt(5) == 0 ? random.nextInt(19) : 0;
    for (int i = 0; i < pairs; i++) {
      deposit.putMetadata("key-" + i, "value");
    }
    return deposit;
  }

  /**
   * Limits in the account's own currency: that they must be is a rule between fields, which the
   * parser alone knows.
   */
  private static CreateAccountRequest createAccount(RandomGenerator random) {
    String currency = odd(random, "USD", CURRENCIES);
    var create =
        CreateAccountRequest.newBuilder()
            .setAccount(odd(random, "alice", IDS))
            .setCurrencyCode(currency);
    if (random.nextBoolean()) {
      create.setOverdraftLimit(
          Money.newBuilder()
              .setCurrencyCode(currency)
              .setMinorUnits(AMOUNTS[random.nextInt(AMOUNTS.length)]));
    }
    if (random.nextBoolean()) {
      create.setBalanceMax(
          Money.newBuilder()
              .setCurrencyCode(currency)
              .setMinorUnits(AMOUNTS[random.nextInt(AMOUNTS.length)]));
    }
    return create.build();
  }

  private static Money amount(RandomGenerator random) {
    return Money.newBuilder()
        .setCurrencyCode(odd(random, "USD", CURRENCIES))
        .setMinorUnits(random.nextInt(3) == 0 ? AMOUNTS[random.nextInt(AMOUNTS.length)] : 100)
        .build();
  }

  /** Mostly what is usual, so that a message has few faults at a time. */
  private static String odd(RandomGenerator random, String usual, String[] others) {
    return random.nextInt(4) == 0 ? others[random.nextInt(others.length)] : usual;
  }
}
