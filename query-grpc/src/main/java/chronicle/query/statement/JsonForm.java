package chronicle.query.statement;

import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementSummary;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/** A statement as one JSON object, its messages printed as the gateway prints all others. */
record JsonForm(StatementHeader header) implements DocumentForm {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace();

  @Override
  public String contentType() {
    return "application/json; charset=utf-8";
  }

  @Override
  public String begin() {
    return "{\"header\":" + json(header) + ",\n\"entries\":[";
  }

  @Override
  public String entry(long number, StatementEntry entry) {
    return (number == 1 ? "\n" : ",\n") + json(entry);
  }

  @Override
  public String end(StatementSummary summary) {
    return "\n],\n\"summary\":" + json(summary) + "}\n";
  }

  private static String json(MessageOrBuilder message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without Any can't be printed", e);
    }
  }
}
