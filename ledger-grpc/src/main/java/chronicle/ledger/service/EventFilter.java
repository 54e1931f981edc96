package chronicle.ledger.service;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import chronicle.event.v1.Event;
import chronicle.event.v1.Event.PayloadCase;
import chronicle.runtime.Failure;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which events a reader asked for: those of certain accounts and types; an empty set means all. */
record EventFilter(Set<String> accounts, Set<PayloadCase> types) {
  private static final Map<String, PayloadCase> TYPES =
      Event.getDescriptor().getOneofs().getFirst().getFields().stream()
          .collect(
              toUnmodifiableMap(
                  field -> field.getMessageType().getName(),
                  field -> PayloadCase.forNumber(field.getNumber())));

  /** Reads the fields of a request; INVALID_REQUEST where a type is none. */
  static EventFilter of(List<String> accounts, List<String> types) {
    requireKnown(types);
    return new EventFilter(
        Set.copyOf(accounts), types.stream().map(TYPES::get).collect(toUnmodifiableSet()));
  }

  /** INVALID_REQUEST where a type is none. */
  static void requireKnown(List<String> types) {
    for (String type : types) {
      if (!TYPES.containsKey(type)) {
        throw Failure.invalid("types", type + " is not an event type");
      }
    }
  }

  boolean matches(Event event) {
    return (accounts.isEmpty() || accounts.contains(event.getAccount()))
        && (types.isEmpty() || types.contains(event.getPayloadCase()));
  }
}
