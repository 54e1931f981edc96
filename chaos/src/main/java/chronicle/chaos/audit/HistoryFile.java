package chronicle.chaos.audit;

import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.query.v1.Account;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListAccountsResponse;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.ListTransactionsRequest;
import chronicle.query.v1.ListTransactionsResponse;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.TrialBalance;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.JsonFormat.TypeRegistry;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A history in a file: one call a line, requests and answers as Protobuf's JSON. */
public final class HistoryFile {
  private static final Map<String, Message> TYPES =
      Stream.<Message>of(
              CommandRequest.getDefaultInstance(),
              ExecuteBatchRequest.getDefaultInstance(),
              CreateLedgerRequest.getDefaultInstance(),
              CommandReceipt.getDefaultInstance(),
              ExecuteBatchResponse.getDefaultInstance(),
              GetAccountStateRequest.getDefaultInstance(),
              AccountState.getDefaultInstance(),
              GetAccountRequest.getDefaultInstance(),
              Account.getDefaultInstance(),
              GetBalanceRequest.getDefaultInstance(),
              Balance.getDefaultInstance(),
              BatchGetBalancesRequest.getDefaultInstance(),
              BatchGetBalancesResponse.getDefaultInstance(),
              GetTransactionRequest.getDefaultInstance(),
              Transaction.getDefaultInstance(),
              GetTrialBalanceRequest.getDefaultInstance(),
              TrialBalance.getDefaultInstance(),
              ListAccountsRequest.getDefaultInstance(),
              ListAccountsResponse.getDefaultInstance(),
              ListEntriesRequest.getDefaultInstance(),
              ListEntriesResponse.getDefaultInstance(),
              ListTransactionsRequest.getDefaultInstance(),
              ListTransactionsResponse.getDefaultInstance())
          .collect(
              Collectors.toMap(it -> it.getDescriptorForType().getFullName(), Function.identity()));

  private static final TypeRegistry REGISTRY =
      TypeRegistry.newBuilder()
          .add(TYPES.values().stream().map(Message::getDescriptorForType).toList())
          .build();
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .usingTypeRegistry(REGISTRY)
          .preservingProtoFieldNames()
          .omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().usingTypeRegistry(REGISTRY);

  private HistoryFile() {}

  /** Writes the calls; what was in the file is gone. */
  public static void write(Path file, List<Call> calls) throws IOException {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      for (Call call : calls) {
        writer.write(PRINTER.print(line(call)));
        writer.newLine();
      }
    }
  }

  /** Reads what was written. */
  public static List<Call> read(Path file) throws IOException {
    var calls = new ArrayList<Call>();
    try (var lines = Files.newBufferedReader(file)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var struct = Struct.newBuilder();
        PARSER.merge(line, struct);
        calls.add(call(struct.build()));
      }
    }
    return calls;
  }

  private static Struct line(Call call) throws IOException {
    return Struct.newBuilder()
        .putFields("client", text(Integer.toString(call.client())))
        .putFields("target", text(call.target()))
        .putFields("start_nanos", text(Long.toString(call.startNanos())))
        .putFields("end_nanos", text(Long.toString(call.endNanos())))
        .putFields("request", json(call.request()))
        .putFields(name(call.outcome()), value(call.outcome()))
        .putFields("metadata", metadata(call.outcome()))
        .build();
  }

  private static String name(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered _ -> "answered";
      case Outcome.Refused _ -> "refused";
      case Outcome.Failed _ -> "failed";
      case Outcome.Unknown _ -> "unknown";
    };
  }

  private static Value value(Outcome outcome) throws IOException {
    return switch (outcome) {
      case Outcome.Answered(var answer) -> json(answer);
      case Outcome.Refused(var reason, _) -> text(reason);
      case Outcome.Failed(var reason) -> text(reason);
      case Outcome.Unknown(var reason) -> text(reason);
    };
  }

  private static Value metadata(Outcome outcome) {
    var struct = Struct.newBuilder();
    if (outcome instanceof Outcome.Refused(_, var metadata)) {
      metadata.forEach((key, value) -> struct.putFields(key, text(value)));
    }
    return Value.newBuilder().setStructValue(struct).build();
  }

  private static Value json(Message message) throws IOException {
    var value = Value.newBuilder();
    PARSER.merge(PRINTER.print(Any.pack(message)), value);
    return value.build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Call call(Struct line) throws IOException {
    return new Call(
        Integer.parseInt(text(line, "client")),
        text(line, "target"),
        Long.parseLong(text(line, "start_nanos")),
        Long.parseLong(text(line, "end_nanos")),
        message(line.getFieldsOrThrow("request")),
        outcome(line));
  }

  private static Outcome outcome(Struct line) throws IOException {
    if (line.containsFields("answered")) {
      return new Outcome.Answered(message(line.getFieldsOrThrow("answered")));
    } else if (line.containsFields("refused")) {
      var metadata =
          line.getFieldsOrThrow("metadata").getStructValue().getFieldsMap().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, it -> it.getValue().getStringValue()));
      return new Outcome.Refused(text(line, "refused"), metadata);
    } else if (line.containsFields("failed")) {
      return new Outcome.Failed(text(line, "failed"));
    }
    return new Outcome.Unknown(text(line, "unknown"));
  }

  private static Message message(Value json) throws IOException {
    var any = Any.newBuilder();
    PARSER.merge(PRINTER.print(json), any);
    var type = any.getTypeUrl().substring(any.getTypeUrl().lastIndexOf('/') + 1);
    var prototype = TYPES.get(type);
    if (prototype == null) {
      throw new IOException("no message of a history: " + type);
    }
    return prototype.getParserForType().parseFrom(any.getValue());
  }

  private static String text(Struct line, String field) {
    return line.getFieldsOrThrow(field).getStringValue();
  }
}
