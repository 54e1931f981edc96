package chronicle.chaos;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Requests of any type, drawn at random, that look right for the most part: they speak of what
 * exists, keep the rules of fields as far as names tell them, and here and there hold nonsense.
 */
final class FuzzedMessages {
  private static final int NONSENSE_ONE_IN = 32;
  private static final int OPTIONAL_ONE_IN = 4;
  private static final int MISSING_ONE_IN = 16;
  private static final int ELEMENTS_MAX = 3;
  private static final int NEW_ACCOUNTS = 20;
  private static final int AMOUNT_MAX = 1_000;
  private static final long AGE_SECONDS_MAX = 3_600;

  private static final Set<String> OPTIONAL =
      Set.of(
          "amounts",
          "at_original_effective_time",
          "balance_max",
          "effective_time",
          "expected_version",
          "expire_time",
          "max_wait",
          "metadata",
          "min_position",
          "overdraft_limit",
          "page_token",
          "reference",
          "types",
          "validate_only");
  private static final List<String> LEDGERS = List.of("", "main", "main", "main", "fuzz-ledger");
  private static final List<String> CURRENCIES = List.of("EUR", "EUR", "EUR", "USD", "FUZZ");
  private static final List<String> TYPES =
      List.of("MoneyDeposited", "AccountCreated", "FundsHeld");
  private static final List<String> PATHS =
      List.of("overdraft_limit", "balance_max", "reference", "metadata");
  private static final List<String> TEXTS = List.of("a", "Rent “January”", "ü€𝄞", "x".repeat(64));

  private static final List<String> NONSENSE =
      List.of(
          "",
          "main-99999999",
          "XXX",
          "~",
          "\0",
          "no spaces",
          "../../etc",
          "' OR 1=1 --",
          "x".repeat(300));
  private static final List<Long> NUMBERS =
      List.of(0L, -1L, 2L, 1_000L, Long.MAX_VALUE, Long.MIN_VALUE, 253_402_300_800L);

  private final Random random;
  private final Known known;

  /** What exists, and the time around which times are drawn. */
  record Known(List<String> accounts, List<String> transactions, long head, Instant now) {}

  FuzzedMessages(Random random, Known known) {
    this.random = random;
    this.known = known;
  }

  /** The next message of a type. */
  Message next(Descriptor type) {
    var message = DynamicMessage.newBuilder(type);
    for (OneofDescriptor oneof : type.getRealOneofs()) {
      if (!oneIn(MISSING_ONE_IN)) {
        set(message, pick(oneof.getFields()));
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.getRealContainingOneof() == null && isGiven(field)) {
        set(message, field);
      }
    }
    return message.build();
  }

  private boolean isGiven(FieldDescriptor field) {
    return OPTIONAL.contains(field.getName()) ? oneIn(OPTIONAL_ONE_IN) : !oneIn(MISSING_ONE_IN);
  }

  private void set(DynamicMessage.Builder message, FieldDescriptor field) {
    if (!field.isRepeated()) {
      message.setField(field, value(field));
      return;
    }
    for (int n = 1 + random.nextInt(ELEMENTS_MAX); n > 0; n--) {
      message.addRepeatedField(field, value(field));
    }
  }

  private Object value(FieldDescriptor field) {
    boolean sound = !oneIn(NONSENSE_ONE_IN);
    return switch (field.getJavaType()) {
      case STRING -> sound ? text(field) : pick(NONSENSE);
      case LONG -> sound ? number(field) : nonsense(field);
      case INT -> sound ? random.nextInt(10) : pick(NUMBERS).intValue();
      case BOOLEAN -> random.nextBoolean();
      case ENUM -> enumValue(field, sound);
      case MESSAGE -> sound ? message(field) : next(field.getMessageType());
      case BYTE_STRING -> ByteString.copyFromUtf8(pick(NONSENSE));
      case FLOAT -> (float) random.nextGaussian();
      case DOUBLE -> random.nextGaussian();
    };
  }

  private String text(FieldDescriptor field) {
    return switch (field.getName()) {
      case "ledger" -> pick(LEDGERS);
      case "account", "accounts", "source_account", "destination_account" -> account();
      case "currency_code" -> pick(CURRENCIES);
      case "command_id" -> commandId();
      case "transaction" -> pick(known.transactions);
      case "event_id" -> "main-" + position();
      case "types" -> pick(TYPES);
      case "paths" -> pick(PATHS);
      case "page_token" -> "";
      default -> pick(TEXTS);
    };
  }

  private String account() {
    return oneIn(4) ? "fuzz-account-" + random.nextInt(NEW_ACCOUNTS) : pick(known.accounts);
  }

  /** Ids of transactions are among them, so that there are some to post, void and reverse. */
  private String commandId() {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> pick(known.transactions);
      default -> "fuzz-" + Long.toHexString(random.nextLong());
    };
  }

  /** What waits for a position that never comes is tried elsewhere: it takes its time. */
  private long number(FieldDescriptor field) {
    return switch (field.getName()) {
      case "minor_units" -> 1 + random.nextInt(AMOUNT_MAX);
      case "from_position", "to_position", "at_position" -> position();
      case "min_position" -> 1;
      default -> 1 + random.nextInt(9);
    };
  }

  private long nonsense(FieldDescriptor field) {
    return field.getName().equals("min_position") ? -1 : pick(NUMBERS);
  }

  private long position() {
    return 1 + random.nextLong(known.head);
  }

  private EnumValueDescriptor enumValue(FieldDescriptor field, boolean sound) {
    return sound
        ? pick(field.getEnumType().getValues())
        : field.getEnumType().findValueByNumberCreatingIfUnknown(99);
  }

  private Message message(FieldDescriptor field) {
    Descriptor type = field.getMessageType();
    if (type.equals(Timestamp.getDescriptor())) {
      return time(field.getName().equals("expire_time"));
    }
    return type.equals(Duration.getDescriptor())
        ? Duration.newBuilder().setNanos(random.nextInt(200_000_000)).build()
        : next(type);
  }

  private Timestamp time(boolean future) {
    long distance = 1 + random.nextLong(AGE_SECONDS_MAX);
    return Timestamp.newBuilder()
        .setSeconds(known.now.getEpochSecond() + (future ? distance : -distance))
        .setNanos(random.nextInt(1_000_000_000))
        .build();
  }

  private boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}
