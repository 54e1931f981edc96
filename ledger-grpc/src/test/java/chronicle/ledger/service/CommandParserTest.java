package chronicle.ledger.service;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import chronicle.error.v1.ErrorReason;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.runtime.Failure;
import chronicle.type.v1.Money;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
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
  private static final int MESSAGES = 1_000;
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
  private static final String[] PATHS = {
    "overdraft_limit", "balance_max", "reference", "metadata", "", "posted", "Overdraft_limit"
  };
  private static final long[] NUMBERS = {1, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 500};

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
      Message message =
          random.nextInt(20) == 0
              ? message(CreateLedgerRequest.getDefaultInstance(), random)
              : inOwnCurrency(message(CommandRequest.getDefaultInstance(), random));
      assertThat(isParsed(message))
          .as("%s", message)
          .isEqualTo(rules.validate(message).isSuccess());
    }
  }

  private boolean isParsed(Message message) {
    try {
      var _ =
          message instanceof CreateLedgerRequest create
              ? requests.alone(CommandParser.parse(create))
              : requests.streamed((CommandRequest) message);
      return true;
    } catch (Failure e) {
      assertThat(e.reason()).isEqualTo(ErrorReason.INVALID_REQUEST);
      assertThat(e.violations()).isNotEmpty();
      return false;
    }
  }

  /**
   * That a limit is in the account's currency is a rule between fields, which the parser alone
   * knows.
   */
  private static Message inOwnCurrency(Message message) {
    if (!((CommandRequest) message).hasCreateAccount()) {
      return message;
    }
    var create = ((CommandRequest) message).getCreateAccount().toBuilder();
    String currency = create.getCurrencyCode();
    if (create.hasOverdraftLimit()) {
      create.getOverdraftLimitBuilder().setCurrencyCode(currency);
    }
    if (create.hasBalanceMax()) {
      create.getBalanceMaxBuilder().setCurrencyCode(currency);
    }
    CreateAccountRequest own = create.build();
    return CommandRequest.newBuilder().setCreateAccount(own).build();
  }

  /** A message that is mostly what is usual, so that it has few faults at a time. */
  private static Message message(Message prototype, RandomGenerator random) {
    var message = prototype.newBuilderForType();
    var type = prototype.getDescriptorForType();
    if (!type.getRealOneofs().isEmpty()) {
      var oneof = type.getRealOneofs().getFirst();
      if (random.nextInt(50) > 0) {
        set(message, oneof.getField(random.nextInt(oneof.getFieldCount())), random);
      }
      return message.build();
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.isMapField()) {
        addPairs(message, field, random);
      } else if (field.isRepeated()) {
        for (int n = count(field, random); n > 0; n--) {
          message.addRepeatedField(field, value(message, field, random));
        }
      } else if (isSet(field, random)) {
        set(message, field, random);
      }
    }
    return message.build();
  }

  private static void set(Message.Builder message, FieldDescriptor field, RandomGenerator random) {
    message.setField(field, value(message, field, random));
  }

  private static boolean isSet(FieldDescriptor field, RandomGenerator random) {
    boolean isUsual = !field.hasPresence() || field.getName().equals("amount");
    return isUsual ? random.nextInt(20) > 0 : random.nextInt(4) == 0;
  }

  private static int count(FieldDescriptor field, RandomGenerator random) {
    int many = random.nextInt(40) == 0 ? 501 - random.nextInt(2) : 1 + random.nextInt(3);
    return random.nextInt(field.getName().equals("amounts") ? 2 : 20) == 0 ? 0 : many;
  }

  private static void addPairs(
      Message.Builder message, FieldDescriptor field, RandomGenerator random) {
    int pairs = random.nextInt(5) == 0 ? random.nextInt(19) : 0;
    var key = field.getMessageType().findFieldByName("key");
    var value = field.getMessageType().findFieldByName("value");
    for (int i = 0; i < pairs; i++) {
      message.addRepeatedField(
          field,
          message
              .newBuilderForField(field)
              .setField(key, i == 0 ? odd(random, "k", TEXTS) : "key-" + i)
              .setField(value, odd(random, "v", TEXTS))
              .build());
    }
  }

  private static Object value(
      Message.Builder message, FieldDescriptor field, RandomGenerator random) {
    return switch (field.getJavaType()) {
      case STRING -> text(field.getName(), random);
      case LONG -> random.nextInt(3) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : 100L;
      case INT -> random.nextInt(-1, 21);
      case BOOLEAN -> random.nextBoolean();
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(5));
      case MESSAGE -> {
        Message inner = message.newBuilderForField(field).getDefaultInstanceForType();
        yield switch (inner) {
          case Timestamp _ -> Timestamp.newBuilder().setSeconds(random.nextInt()).build();
          case Money _ -> money(random);
          case FieldMask _ -> mask(random);
          default -> message(inner, random);
        };
      }
      case FLOAT, DOUBLE, BYTE_STRING -> throw new AssertionError(field);
    };
  }

  private static String text(String field, RandomGenerator random) {
    return switch (field) {
      case "ledger" -> odd(random, "books", IDS);
      case "command_id" -> odd(random, "", IDS);
      case "reference" -> odd(random, "", TEXTS);
      case "currency_code" -> odd(random, "USD", CURRENCIES);
      default -> odd(random, field.replace('_', '-'), IDS);
    };
  }

  private static Money money(RandomGenerator random) {
    return Money.newBuilder()
        .setCurrencyCode(odd(random, "USD", CURRENCIES))
        .setMinorUnits(random.nextInt(8) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : 100)
        .build();
  }

  private static FieldMask mask(RandomGenerator random) {
    var mask = FieldMask.newBuilder();
    for (int n = random.nextInt(3); n > 0; n--) {
      mask.addPaths(odd(random, "reference", PATHS));
    }
    return mask.build();
  }

  private static String odd(RandomGenerator random, String usual, String[] others) {
    return random.nextInt(12) == 0 ? others[random.nextInt(others.length)] : usual;
  }
}
