package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.event.v1.Event.PayloadCase;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** What stands in an event, as rows have it. */
final class EventFields {
  private static final String DEFAULT_CURRENCY_CODE = "USD";
  private static final Map<PayloadCase, String> TYPES = types();

  private EventFields() {}

  /** The name of its type, as in {@code MoneyDeposited}; empty where that is not known. */
  static String type(Event event) {
    return TYPES.getOrDefault(event.getPayloadCase(), "");
  }

  /** The newest version of a type that is known. */
  static int newestVersion(PayloadCase type) {
    return type == PayloadCase.MONEY_DEPOSITED ? 2 : 1;
  }

  /** Version 1 of MoneyDeposited knew no currencies and meant US dollars. */
  static String currency(Event event, String currencyCode) {
    return currencyCode.isEmpty()
            && event.getPayloadCase() == PayloadCase.MONEY_DEPOSITED
            && event.getSchemaVersion() == 1
        ? DEFAULT_CURRENCY_CODE
        : currencyCode;
  }

  /** Of all the events that have none it is the same, which is at hand when it is hashed. */
  static Map<String, String> metadata(Event event) {
    return event.getMetadataCount() == 0 ? Map.of() : event.getMetadataMap();
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  private static Map<PayloadCase, String> types() {
    var types = new EnumMap<PayloadCase, String>(PayloadCase.class);
    for (var type : PayloadCase.values()) {
      if (type != PayloadCase.PAYLOAD_NOT_SET) {
        types.put(
            type,
            Event.getDescriptor().findFieldByNumber(type.getNumber()).getMessageType().getName());
      }
    }
    return types;
  }
}
