package chronicle.ledger.model;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.model.ReferenceLedger.Part;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A command as a table of its fields in the order of the contract: texts, tables, and lists of
 * tables. Two commands are the same when their tables are.
 */
final class CommandFields {
  private static final String ABSENT = "";

  private CommandFields() {}

  static Map<String, Object> of(String actor, Command command) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("actor", actor);
    fields.put("method", command.getClass().getSimpleName());
    fields.putAll(of(command));
    return fields;
  }

  static Map<String, Object> of(String actor, List<Part> parts) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("actor", actor);
    fields.put("method", "ExecuteBatch");
    var commands = new ArrayList<Map<String, Object>>();
    for (Part part : parts) {
      var command = new LinkedHashMap<String, Object>();
      command.put("command_id", part.id());
      command.put("method", part.command().getClass().getSimpleName());
      command.putAll(of(part.command()));
      commands.add(command);
    }
    fields.put("commands", commands);
    return fields;
  }

  /** The path of the first field in which they differ. */
  static Optional<String> firstDifference(Map<String, Object> one, Map<String, Object> other) {
    var names = new ArrayList<>(one.keySet());
    other.keySet().stream().filter(name -> !one.containsKey(name)).forEach(names::add);
    for (String name : names) {
      Object value = one.getOrDefault(name, ABSENT);
      Object otherValue = other.getOrDefault(name, ABSENT);
      if (!Objects.equals(value, otherValue)) {
        return Optional.of(path(name, value, otherValue));
      }
    }
    return Optional.empty();
  }

  private static String path(String name, Object one, Object other) {
    if (one instanceof List<?> ones && other instanceof List<?> others) {
      for (int i = 0; i < Math.min(ones.size(), others.size()); i++) {
        if (!Objects.equals(ones.get(i), others.get(i))) {
          return path("%s[%d]".formatted(name, i), ones.get(i), others.get(i));
        }
      }
      return name;
    }
    return one instanceof Map<?, ?> || other instanceof Map<?, ?>
        ? firstDifference(table(one), table(other)).map(rest -> name + "." + rest).orElse(name)
        : name;
  }

  private static Map<String, Object> table(Object value) {
    var table = new LinkedHashMap<String, Object>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, field) -> table.put(String.valueOf(name), field));
    }
    return table;
  }

  private static Map<String, Object> of(Command command) {
    return switch (command) {
      case Command.CreateLedger(var details) -> table(details);
      case Command.RegisterAsset(var currency, var scale, var details) ->
          table(details, "currency_code", currency, "scale", scale);
      case Command.CreateAccount(var account, var currency, var limits, var details) ->
          table(
              details,
              "account",
              account,
              "currency_code",
              currency,
              "overdraft_limit",
              money(new Money(currency, limits.overdraftMinor())),
              "balance_max",
              max(currency, limits.balanceMaxMinor()));
      case Command.UpdateAccount(var account, var fields, var overdraft, var max, var details) ->
          table(
              details,
              "account",
              account,
              "update_mask",
              new TreeSet<>(fields),
              "overdraft_limit",
              money(overdraft),
              "balance_max",
              money(max));
      case Command.FreezeAccount(var account, var freeze, var details) ->
          table(details, "account", account, "scope", freeze);
      case Command.UnfreezeAccount(var account, var details) -> table(details, "account", account);
      case Command.CloseAccount(var account, var details) -> table(details, "account", account);
      case Command.ReopenAccount(var account, var details) -> table(details, "account", account);
      case Command.Deposit(var account, var amount, var details) ->
          table(details, "account", account, "amount", money(amount));
      case Command.Withdraw(var account, var amount, var details) ->
          table(details, "account", account, "amount", money(amount));
      case Command.Transfer(var source, var destination, var amount, var details) ->
          table(
              details,
              "source_account",
              source,
              "destination_account",
              destination,
              "amount",
              money(amount));
      case Command.CreateTransaction(var postings, var pending, var expireTime, var details) ->
          table(
              details,
              "postings",
              postings.stream().map(CommandFields::posting).toList(),
              "pending",
              pending,
              "expire_time",
              time(expireTime));
      case Command.PostTransaction(var transaction, var amounts, var details) ->
          table(
              details,
              "transaction",
              transaction,
              "amounts",
              amounts.stream().map(CommandFields::money).toList());
      case Command.VoidTransaction(var transaction, var details) ->
          table(details, "transaction", transaction);
      case Command.ReverseTransaction(var transaction, var atOriginalTime, var details) ->
          table(details, "transaction", transaction, "at_original_effective_time", atOriginalTime);
    };
  }

  /** Names and values by turns, and then what every command may carry. */
  private static Map<String, Object> table(Details details, Object... fields) {
    var table = new LinkedHashMap<String, Object>();
    for (int i = 0; i < fields.length; i += 2) {
      Object value = fields[i + 1];
      boolean isNested = value instanceof Map<?, ?> || value instanceof List<?>;
      table.put(String.valueOf(fields[i]), isNested ? value : String.valueOf(value));
    }
    table.put("reference", details.reference());
    table.put("metadata", new TreeMap<>(details.metadata()).toString());
    table.put("effective_time", time(details.effectiveTime()));
    table.put("expected_version", details.expectedVersion().toString());
    return table;
  }

  private static Map<String, Object> posting(Movement posting) {
    var table = new LinkedHashMap<String, Object>();
    table.put("source_account", posting.source().map(AccountId::value).orElse(ABSENT));
    table.put("destination_account", posting.destination().map(AccountId::value).orElse(ABSENT));
    table.put("amount", money(posting.amount()));
    return table;
  }

  private static Map<String, Object> money(Money money) {
    var table = new LinkedHashMap<String, Object>();
    table.put("currency_code", money.currency());
    table.put("minor_units", Long.toString(money.minorUnits()));
    return table;
  }

  private static Map<String, Object> money(Optional<Money> money) {
    return money.map(CommandFields::money).orElseGet(LinkedHashMap::new);
  }

  private static Map<String, Object> max(String currency, OptionalLong max) {
    return max.isPresent() ? money(new Money(currency, max.getAsLong())) : new LinkedHashMap<>();
  }

  private static String time(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(ABSENT);
  }
}
