package chronicle.ledger.log;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.v1.CommandRecord;
import chronicle.ledger.v1.RefusalRecord;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes commands and refusals as they are kept for ever, and tells two commands apart. */
final class CommandCodec {
  /** Messages that clients think of as one value. */
  private static final Set<Descriptor> LEAVES =
      Set.of(Timestamp.getDescriptor(), FieldMask.getDescriptor());

  private CommandCodec() {}

  /** Returns what is kept of the work: a record for each of its ids, in their order. */
  static List<byte[]> encode(LedgerId ledger, Work work) {
    return switch (work) {
      case Work.Execute(var request) -> List.of(encode(ledger, request));
      case Work.ExecuteAll(var batch) -> {
        var records = new ArrayList<byte[]>(1 + batch.parts().size());
        records.add(encode(ledger, batch));
        batch.parts().forEach(part -> records.add(encode(ledger, part)));
        yield records;
      }
      case Work.Inspect _, Work.Settle _, Work.Sweep _ -> List.of();
    };
  }

  /**
   * Returns the command's normalised record: equal commands give records that are equal as
   * messages.
   */
  static byte[] encode(LedgerId ledger, Request request) {
    return CommandRecords.record(ledger, request).toByteArray();
  }

  /** As for a command; the ids of the batch's commands are part of it. */
  static byte[] encode(LedgerId ledger, Request.Atomic batch) {
    return CommandRecords.record(ledger, batch).toByteArray();
  }

  /**
   * Returns the path of the first field in which two records differ, such as {@code
   * amount.minor_units}; empty where equal.
   */
  static Optional<String> differingField(byte[] recorded, byte[] asked) {
    try {
      return differing(CommandRecord.parseFrom(recorded), CommandRecord.parseFrom(asked));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a recorded command can't be read", e);
    }
  }

  static byte[] encode(Refusal refusal) {
    return RefusalRecord.newBuilder()
        .setReason(refusal.reason().name())
        .setMessage(refusal.message())
        .putAllMetadata(refusal.figures())
        .build()
        .toByteArray();
  }

  static Refusal decodeRefusal(byte[] bytes) {
    try {
      var refusal = RefusalRecord.parseFrom(bytes);
      return new Refusal(
          Refusal.Reason.valueOf(refusal.getReason()),
          refusal.getMessage(),
          refusal.getMetadataMap());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a recorded refusal can't be read", e);
    }
  }

  private static Optional<String> differing(CommandRecord recorded, CommandRecord asked) {
    if (!recorded.getActor().equals(asked.getActor())) {
      return Optional.of("actor");
    }
    if (recorded.getRequestCase() != asked.getRequestCase()) {
      return Optional.of("method");
    }
    return recorded.getAllFields().entrySet().stream()
        .filter(field -> field.getValue() instanceof Message)
        .findFirst()
        .flatMap(field ->
            differing((Message) field.getValue(), (Message) asked.getField(field.getKey())));
  }

  private static Optional<String> differing(Message one, Message other) {
    return one.getDescriptorForType().getFields().stream()
        .filter(field -> isDifferent(one, other, field))
        .findFirst()
        .map(field -> path(one, other, field));
  }

  private static boolean isDifferent(Message one, Message other, FieldDescriptor field) {
    return (field.hasPresence() && one.hasField(field) != other.hasField(field))
        || !one.getField(field).equals(other.getField(field));
  }

  private static String path(Message one, Message other, FieldDescriptor field) {
    boolean goesDeeper =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && !field.isMapField()
            && !LEAVES.contains(field.getMessageType());
    if (!goesDeeper) {
      return field.getName();
    }
    return field.isRepeated()
        ? pathInList((List<?>) one.getField(field), (List<?>) other.getField(field), field)
        : deeper(field.getName(), (Message) one.getField(field), (Message) other.getField(field));
  }

  private static String pathInList(List<?> ones, List<?> others, FieldDescriptor field) {
    for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
      if (!ones.get(i).equals(others.get(i))) {
        String name = "%s[%d]".formatted(field.getName(), i);
        return deeper(name, (Message) ones.get(i), (Message) others.get(i));
      }
    }
    return field.getName();
  }

  private static String deeper(String name, Message one, Message other) {
    return differing(one, other).map(rest -> name + "." + rest).orElse(name);
  }
}
