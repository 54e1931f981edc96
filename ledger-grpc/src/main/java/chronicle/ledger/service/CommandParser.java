package chronicle.ledger.service;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.log.Request;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.runtime.Failure;
import chronicle.runtime.Traceparent;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Makes a request of a message, or throws INVALID_REQUEST naming the field. It refuses by itself
 * all that the rules in the protos refuse: nothing behind it looks again.
 */
final class CommandParser {
  /** Who asks, until callers are authenticated. */
  private static final String ANONYMOUS = "anonymous";

  private static final int REFERENCE_BYTES_MAX = 256;
  private static final int METADATA_PAIRS_MAX = 16;
  private static final int KEY_BYTES_MAX = 64;
  private static final int VALUE_BYTES_MAX = 256;

  private final TimeBasedEpochRandomGenerator ids = Generators.timeBasedEpochRandomGenerator();

  /** A request and the ledger it goes to. */
  record Addressed(LedgerId ledger, Request request) {}

  Addressed parse(CreateLedgerRequest message) {
    if (message.getLedger().isEmpty()) {
      throw Failure.invalid("ledger", "must name the new ledger");
    }
    var details =
        details(
            message.getReference(),
            message.getMetadataMap(),
            Optional.empty(),
            OptionalLong.empty());
    return addressed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.CreateLedger(details));
  }

  Addressed parse(CreateAccountRequest message) {
    var details =
        details(
            message.getReference(),
            message.getMetadataMap(),
            Optional.empty(),
            OptionalLong.empty());
    var zero = new Money(currency(message.getCurrencyCode()), 0);
    long overdraftLimit =
        message.hasOverdraftLimit()
            ? limit("overdraft_limit", zero, message.getOverdraftLimit())
            : 0;
    var balanceMax =
        message.hasBalanceMax()
            ? OptionalLong.of(limit("balance_max", zero, message.getBalanceMax()))
            : OptionalLong.empty();
    return addressed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.CreateAccount(
            Fields.account("account", message.getAccount()),
            zero.currency(),
            overdraftLimit,
            balanceMax,
            details));
  }

  Addressed parse(DepositRequest message) {
    var details =
        details(
            message.getReference(),
            message.getMetadataMap(),
            when(
                message.hasEffectiveTime(),
                () -> Fields.time("effective_time", message.getEffectiveTime())),
            version(message.hasExpectedVersion(), message.getExpectedVersion()));
    return addressed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.Deposit(
            Fields.account("account", message.getAccount()), amount(message.getAmount()), details));
  }

  Addressed parse(WithdrawRequest message) {
    var details =
        details(
            message.getReference(),
            message.getMetadataMap(),
            when(
                message.hasEffectiveTime(),
                () -> Fields.time("effective_time", message.getEffectiveTime())),
            version(message.hasExpectedVersion(), message.getExpectedVersion()));
    return addressed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.Withdraw(
            Fields.account("account", message.getAccount()), amount(message.getAmount()), details));
  }

  Addressed parse(TransferRequest message) {
    var details =
        details(
            message.getReference(),
            message.getMetadataMap(),
            when(
                message.hasEffectiveTime(),
                () -> Fields.time("effective_time", message.getEffectiveTime())),
            version(message.hasExpectedVersion(), message.getExpectedVersion()));
    var source = Fields.account("source_account", message.getSourceAccount());
    var destination = Fields.account("destination_account", message.getDestinationAccount());
    if (source.equals(destination)) {
      throw Failure.invalid("destination_account", "must differ from source_account");
    }
    return addressed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.Transfer(source, destination, amount(message.getAmount()), details));
  }

  private Addressed addressed(
      String ledger, String commandId, boolean validateOnly, Command command) {
    var request =
        new Request(commandId(commandId), ANONYMOUS, Traceparent.current(), validateOnly, command);
    return new Addressed(Fields.ledger(ledger), request);
  }

  /** The id in the message, else the one in the header, else a new one. */
  private CommandId commandId(String inMessage) {
    String inHeader = IdempotencyKey.current();
    if (inMessage.isEmpty() && inHeader.isEmpty()) {
      return new CommandId(ids.generate().toString());
    }
    if (!inMessage.isEmpty() && !inHeader.isEmpty() && !inMessage.equals(inHeader)) {
      throw Failure.invalid("command_id", "differs from the header idempotency-key");
    }
    return Fields.commandId(inMessage.isEmpty() ? inHeader : inMessage);
  }

  private static String currency(String code) {
    return Fields.money("", chronicle.type.v1.Money.newBuilder().setCurrencyCode(code).build())
        .currency();
  }

  private static Money amount(chronicle.type.v1.Money amount) {
    if (amount.getMinorUnits() <= 0) {
      throw Failure.invalid("amount.minor_units", "must be positive");
    }
    return Fields.money("amount", amount);
  }

  private static long limit(String field, Money zero, chronicle.type.v1.Money limit) {
    Money money = Fields.money(field, limit);
    if (!money.currency().equals(zero.currency())) {
      throw Failure.invalid(field + ".currency_code", "must be the account's currency");
    }
    if (money.minorUnits() < 0) {
      throw Failure.invalid(field + ".minor_units", "must not be negative");
    }
    return money.minorUnits();
  }

  private static Details details(
      String reference,
      Map<String, String> metadata,
      Optional<Instant> effectiveTime,
      OptionalLong expectedVersion) {
    if (reference.isEmpty()
        && metadata.isEmpty()
        && effectiveTime.isEmpty()
        && expectedVersion.isEmpty()) {
      return Details.NONE;
    }
    requireText("reference", reference, 0, REFERENCE_BYTES_MAX);
    if (metadata.size() > METADATA_PAIRS_MAX) {
      throw Failure.invalid("metadata", "must have at most 16 pairs");
    }
    metadata.forEach((key, value) -> {
      requireText("metadata", key, 1, KEY_BYTES_MAX);
      requireText("metadata", value, 0, VALUE_BYTES_MAX);
    });
    return new Details(reference, metadata, effectiveTime, expectedVersion);
  }

  /** What the ledger accepts must be storable everywhere: bounded, and without U+0000. */
  private static void requireText(String field, String text, int bytesMin, int bytesMax) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes < bytesMin || bytes > bytesMax || text.indexOf('\0') >= 0) {
      throw Failure.invalid(
          field, "must be %d to %d bytes without U+0000".formatted(bytesMin, bytesMax));
    }
  }

  private static <V> Optional<V> when(boolean present, Supplier<V> value) {
    return present ? Optional.of(value.get()) : Optional.empty();
  }

  private static OptionalLong version(boolean present, long version) {
    if (present && version < 1) {
      throw Failure.invalid("expected_version", "must be at least 1");
    }
    return present ? OptionalLong.of(version) : OptionalLong.empty();
  }
}
