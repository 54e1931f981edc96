package chronicle.ledger.log;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Transaction.Posted;
import chronicle.ledger.log.EventStore.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a batch must know of the past: those of its commands that were recorded before, and the
 * transactions that they are about; read in at most three round trips, however many there are.
 */
record Recall(Map<CommandId, Known> commands, Map<CommandId, TransactionAt> transactions) {

  static Recall of(
      Transaction transaction, Collection<CommandId> ids, Collection<CommandId> transactionIds) {
    var all = new HashSet<>(ids);
    all.addAll(transactionIds);
    if (all.isEmpty()) {
      return new Recall(Map.of(), Map.of());
    }
    Map<CommandId, RecordedCommand> recorded = transaction.commands(all);
    Map<CommandId, TransactionRow> rows =
        transactionIds.isEmpty() ? Map.of() : transaction.transactions(transactionIds);
    Map<Long, RecordedEvent> events = events(transaction, recorded.values(), rows.values());
    var commands = new HashMap<CommandId, Known>();
    recorded.forEach((id, command) ->
        commands.put(
            id, new Known(command, range(events, command.firstPosition(), command.eventCount()))));
    var transactions = new HashMap<CommandId, TransactionAt>();
    for (CommandId id : transactionIds) {
      transactions.put(id, transaction(id, commands, rows, events));
    }
    return new Recall(commands, transactions);
  }

  private static Map<Long, RecordedEvent> events(
      Transaction transaction,
      Collection<RecordedCommand> commands,
      Collection<TransactionRow> rows) {
    var positions = new TreeSet<Long>();
    for (RecordedCommand command : commands) {
      addRange(positions, command.firstPosition(), command.eventCount());
    }
    for (TransactionRow row : rows) {
      addRange(positions, row.closingPosition(), row.closingCount());
    }
    var events = new HashMap<Long, RecordedEvent>();
    if (!positions.isEmpty()) {
      transaction.at(positions).forEach(event -> events.put(event.position(), event));
    }
    return events;
  }

  private static void addRange(Collection<Long> positions, long first, int count) {
    for (int i = 0; i < count; i++) {
      positions.add(first + i);
    }
  }

  private static List<RecordedEvent> range(Map<Long, RecordedEvent> events, long first, int count) {
    var range = new ArrayList<RecordedEvent>(count);
    for (int i = 0; i < count; i++) {
      RecordedEvent event = events.get(first + i);
      if (event == null) {
        throw new IllegalStateException("no event at position " + (first + i));
      }
      range.add(event);
    }
    return range;
  }

  /** The transaction as its events and its row have it, which must be the same. */
  private static TransactionAt transaction(
      CommandId id,
      Map<CommandId, Known> commands,
      Map<CommandId, TransactionRow> rows,
      Map<Long, RecordedEvent> events) {
    Known creation = commands.get(id);
    if (creation == null || creation.events().isEmpty() || !isOf(id, creation.events())) {
      return TransactionAt.UNKNOWN;
    }
    TransactionAt created = TransactionAt.UNKNOWN.evolve(creation.events());
    TransactionRow row = rows.get(id);
    TransactionAt now = row == null ? created : closed(created, row, events);
    boolean agrees =
        row == null
            ? now.status() == TransactionRow.Status.POSTED
            : row.equals(TransactionRow.of(id, now));
    if (!agrees) {
      throw new IllegalStateException("the row of transaction " + id + " leaves the log");
    }
    return now;
  }

  private static TransactionAt closed(
      TransactionAt created, TransactionRow row, Map<Long, RecordedEvent> events) {
    List<RecordedEvent> closing = range(events, row.closingPosition(), row.closingCount());
    TransactionAt closed = closing.isEmpty() ? created : created.evolve(closing);
    return row.reversedBy().isPresent() && closed.state() instanceof Posted posted
        ? closed.withState(posted.reversed(row.reversedBy().get()))
        : closed;
  }

  private static boolean isOf(CommandId id, List<RecordedEvent> events) {
    return events.getFirst().cause().transactionId().equals(id.value());
  }
}
