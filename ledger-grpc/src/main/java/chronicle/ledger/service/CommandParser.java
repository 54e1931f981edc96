package chronicle.ledger.service;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.v1.CloseAccountRequest;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.RegisterAssetRequest;
import chronicle.ledger.v1.ReopenAccountRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.UnfreezeAccountRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.runtime.Failure;
import com.google.protobuf.Timestamp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Makes a command of a message, or throws INVALID_REQUEST naming the field. It refuses by itself
 * all that the rules in the protos refuse: nothing behind it looks again.
 */
final class CommandParser {
  private static final int REFERENCE_BYTES_MAX = 256;
  private static final int METADATA_PAIRS_MAX = 16;
  private static final int KEY_BYTES_MAX = 64;
  private static final int VALUE_BYTES_MAX = 256;

  private CommandParser() {}

  /** A command, and what else its message says: the fields are as they came. */
  record Parsed(String ledger, String commandId, boolean validateOnly, Command command) {}

  /** One command of a batch or stream; fields are named from within the message. */
  static Parsed parse(CommandRequest message) {
    try {
      return switch (message.getCommandCase()) {
        case CREATE_ACCOUNT -> parse(message.getCreateAccount());
        case DEPOSIT -> parse(message.getDeposit());
        case WITHDRAW -> parse(message.getWithdraw());
        case TRANSFER -> parse(message.getTransfer());
        case REGISTER_ASSET -> parse(message.getRegisterAsset());
        case UPDATE_ACCOUNT -> parse(message.getUpdateAccount());
        case FREEZE_ACCOUNT -> parse(message.getFreezeAccount());
        case UNFREEZE_ACCOUNT -> parse(message.getUnfreezeAccount());
        case CLOSE_ACCOUNT -> parse(message.getCloseAccount());
        case REOPEN_ACCOUNT -> parse(message.getReopenAccount());
        case CREATE_TRANSACTION -> parse(message.getCreateTransaction());
        case POST_TRANSACTION -> parse(message.getPostTransaction());
        case VOID_TRANSACTION -> parse(message.getVoidTransaction());
        case REVERSE_TRANSACTION -> parse(message.getReverseTransaction());
        case COMMAND_NOT_SET -> throw Failure.invalid("", "must be one of the commands");
      };
    } catch (Failure e) {
      throw Fields.within(message.getCommandCase().name().toLowerCase(Locale.ROOT), e);
    }
  }

  static Parsed parse(CreateLedgerRequest message) {
    if (message.getLedger().isEmpty()) {
      throw Failure.invalid("ledger", "must name the new ledger");
    }
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.CreateLedger(details(message.getReference(), message.getMetadataMap())));
  }

  static Parsed parse(RegisterAssetRequest message) {
    String currency = currency(message.getCurrencyCode());
    int scale = message.getScale();
    if (scale < 0 || scale > Command.RegisterAsset.SCALE_MAX) {
      throw Failure.invalid("scale", "must be 0 to 18");
    }
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.RegisterAsset(
            currency, scale, details(message.getReference(), message.getMetadataMap())));
  }

  static Parsed parse(CreateAccountRequest message) {
    String currency = currency(message.getCurrencyCode());
    long overdraftLimit =
        message.hasOverdraftLimit()
            ? ownLimit("overdraft_limit", currency, message.getOverdraftLimit())
            : 0;
    var balanceMax =
        message.hasBalanceMax()
            ? OptionalLong.of(ownLimit("balance_max", currency, message.getBalanceMax()))
            : OptionalLong.empty();
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.CreateAccount(
            Fields.account("account", message.getAccount()),
            currency,
            new Limits(overdraftLimit, balanceMax),
            details(message.getReference(), message.getMetadataMap())));
  }

  static Parsed parse(UpdateAccountRequest message) {
    Set<Field> fields = fields(message);
    Optional<Money> overdraftLimit =
        message.hasOverdraftLimit()
            ? Optional.of(limit("overdraft_limit", message.getOverdraftLimit()))
            : Optional.empty();
    Optional<Money> balanceMax =
        message.hasBalanceMax()
            ? Optional.of(limit("balance_max", message.getBalanceMax()))
            : Optional.empty();
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.UpdateAccount(
            Fields.account("account", message.getAccount()),
            fields,
            overdraftLimit.filter(_ -> fields.contains(Field.OVERDRAFT_LIMIT)),
            balanceMax.filter(_ -> fields.contains(Field.BALANCE_MAX)),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(FreezeAccountRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.FreezeAccount(
            Fields.account("account", message.getAccount()),
            freeze(message),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(UnfreezeAccountRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.UnfreezeAccount(
            Fields.account("account", message.getAccount()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(CloseAccountRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.CloseAccount(
            Fields.account("account", message.getAccount()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(ReopenAccountRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.ReopenAccount(
            Fields.account("account", message.getAccount()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(DepositRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.Deposit(
            Fields.account("account", message.getAccount()),
            amount(message.getAmount()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(WithdrawRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.Withdraw(
            Fields.account("account", message.getAccount()),
            amount(message.getAmount()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(TransferRequest message) {
    var source = Fields.account("source_account", message.getSourceAccount());
    var destination = Fields.account("destination_account", message.getDestinationAccount());
    if (source.equals(destination)) {
      throw Failure.invalid("destination_account", "must differ from source_account");
    }
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.Transfer(
            source,
            destination,
            amount(message.getAmount()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                version(message.hasExpectedVersion(), message.getExpectedVersion()))));
  }

  static Parsed parse(CreateTransactionRequest message) {
    if (message.hasExpireTime() && !message.getPending()) {
      throw Failure.invalid("expire_time", "is for a pending transaction");
    }
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.CreateTransaction(
            postings(message),
            message.getPending(),
            message.hasExpireTime()
                ? Optional.of(Fields.time("expire_time", message.getExpireTime()))
                : Optional.empty(),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                OptionalLong.empty())));
  }

  static Parsed parse(PostTransactionRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.PostTransaction(
            Fields.transaction(message.getTransaction()),
            amounts(message.getAmountsList()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                OptionalLong.empty())));
  }

  static Parsed parse(VoidTransactionRequest message) {
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.VoidTransaction(
            Fields.transaction(message.getTransaction()),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                OptionalLong.empty())));
  }

  static Parsed parse(ReverseTransactionRequest message) {
    if (message.getAtOriginalEffectiveTime() && message.hasEffectiveTime()) {
      throw Failure.invalid("effective_time", "excludes at_original_effective_time");
    }
    return new Parsed(
        message.getLedger(),
        message.getCommandId(),
        message.getValidateOnly(),
        new Command.ReverseTransaction(
            Fields.transaction(message.getTransaction()),
            message.getAtOriginalEffectiveTime(),
            details(
                message.getReference(),
                message.getMetadataMap(),
                effective(message.hasEffectiveTime(), message.getEffectiveTime()),
                OptionalLong.empty())));
  }

  private static Set<Field> fields(UpdateAccountRequest message) {
    var fields = EnumSet.noneOf(Field.class);
    for (String path : message.getUpdateMask().getPathsList()) {
      fields.add(field(path));
    }
    if (fields.isEmpty()) {
      addIf(fields, Field.OVERDRAFT_LIMIT, message.hasOverdraftLimit());
      addIf(fields, Field.BALANCE_MAX, message.hasBalanceMax());
      addIf(fields, Field.REFERENCE, !message.getReference().isEmpty());
      addIf(fields, Field.METADATA, message.getMetadataCount() > 0);
    }
    if (fields.isEmpty()) {
      throw Failure.invalid("update_mask", "nothing is to be updated");
    }
    return fields;
  }

  private static void addIf(Set<Field> fields, Field field, boolean isGiven) {
    if (isGiven) {
      fields.add(field);
    }
  }

  private static Field field(String path) {
    for (Field field : Field.values()) {
      if (field.name().toLowerCase(Locale.ROOT).equals(path)) {
        return field;
      }
    }
    throw Failure.invalid(
        "update_mask", "must name only overdraft_limit, balance_max, reference and metadata");
  }

  private static Freeze freeze(FreezeAccountRequest message) {
    return switch (message.getScope()) {
      case SCOPE_UNSPECIFIED, ALL -> Freeze.ALL;
      case DEBITS -> Freeze.DEBITS;
      case CREDITS -> Freeze.CREDITS;
      case UNRECOGNIZED -> throw Failure.invalid("scope", "must be DEBITS, CREDITS or ALL");
    };
  }

  private static List<Movement> postings(CreateTransactionRequest message) {
    if (message.getPostingsCount() == 0 || message.getPostingsCount() > Command.POSTINGS_MAX) {
      throw Failure.invalid("postings", "must be 1 to " + Command.POSTINGS_MAX);
    }
    var postings = new ArrayList<Movement>(message.getPostingsCount());
    for (Posting posting : message.getPostingsList()) {
      try {
        postings.add(posting(posting, message.getPending()));
      } catch (Failure e) {
        throw Fields.within("postings[%d]".formatted(postings.size()), e);
      }
    }
    return postings;
  }

  private static Movement posting(Posting posting, boolean pending) {
    Optional<AccountId> source = side("source_account", posting.getSourceAccount());
    Optional<AccountId> destination = side("destination_account", posting.getDestinationAccount());
    if (source.equals(destination)) {
      throw Failure.invalid(
          "", "source_account and destination_account must differ, and one must be given");
    }
    if (pending && source.isEmpty()) {
      throw Failure.invalid("source_account", "must be given in a pending transaction");
    }
    return new Movement(source, destination, amount(posting.getAmount()));
  }

  private static Optional<AccountId> side(String field, String account) {
    return account.isEmpty() ? Optional.empty() : Optional.of(Fields.account(field, account));
  }

  private static List<Money> amounts(List<chronicle.type.v1.Money> amounts) {
    if (amounts.size() > Command.POSTINGS_MAX) {
      throw Failure.invalid("amounts", "must be at most " + Command.POSTINGS_MAX);
    }
    var parsed = new ArrayList<Money>(amounts.size());
    for (chronicle.type.v1.Money amount : amounts) {
      parsed.add(limit("amounts[%d]".formatted(parsed.size()), amount));
    }
    if (!parsed.isEmpty() && parsed.stream().allMatch(amount -> amount.minorUnits() == 0)) {
      throw Failure.invalid("amounts", "must not all be 0");
    }
    return parsed;
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

  /** An amount that is not negative. */
  private static Money limit(String field, chronicle.type.v1.Money limit) {
    if (limit.getMinorUnits() < 0) {
      throw Failure.invalid(field + ".minor_units", "must not be negative");
    }
    return Fields.money(field, limit);
  }

  private static long ownLimit(String field, String currency, chronicle.type.v1.Money limit) {
    Money money = limit(field, limit);
    if (!money.currency().equals(currency)) {
      throw Failure.invalid(field + ".currency_code", "must be the account's currency");
    }
    return money.minorUnits();
  }

  private static Details details(String reference, Map<String, String> metadata) {
    return details(reference, metadata, Optional.empty(), OptionalLong.empty());
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

  private static Optional<Instant> effective(boolean isGiven, Timestamp time) {
    return isGiven ? Optional.of(Fields.time("effective_time", time)) : Optional.empty();
  }

  private static OptionalLong version(boolean present, long version) {
    if (present && version < 1) {
      throw Failure.invalid("expected_version", "must be at least 1");
    }
    return present ? OptionalLong.of(version) : OptionalLong.empty();
  }
}
