package chronicle.chaos.audit;

import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.Source;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.Optional;

/** What reads have in common: their fields of the same names. */
final class Reads {
  private Reads() {}

  /** Whether it is to see all that was acknowledged before it. */
  static boolean isLinearizable(Message request) {
    boolean isOfLog =
        switch (request) {
          case GetAccountStateRequest _ -> true;
          case GetBalanceRequest balance -> balance.getSource() == Source.EVENT_STORE;
          default -> false;
        };
    return isOfLog && at(request).isEmpty() && atPosition(request).isEmpty();
  }

  /** The record time that it asks for. */
  static Optional<Timestamp> at(Message request) {
    return field(request, "at").map(Timestamp.class::cast);
  }

  /** The position that it asks for. */
  static Optional<Long> atPosition(Message request) {
    return field(request, "at_position").map(Long.class::cast);
  }

  /** The position that it must reflect at least. */
  static long minPosition(Message request) {
    return field(request, "min_position").map(Long.class::cast).orElse(0L);
  }

  /** The position that an answer reflects. */
  static long readPosition(Message answer) {
    return (Long) answer.getField(descriptor(answer, "read_position").orElseThrow());
  }

  private static Optional<Object> field(Message message, String name) {
    return descriptor(message, name)
        .filter(field -> !field.hasPresence() || message.hasField(field))
        .map(message::getField);
  }

  private static Optional<FieldDescriptor> descriptor(Message message, String name) {
    return Optional.ofNullable(message.getDescriptorForType().findFieldByName(name));
  }
}
