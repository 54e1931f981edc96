package chronicle.chaos.load;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What is asked of the ledger, and how; prints itself as the command line names it. */
public enum Scenario {
  /** Unary deposits to any of all accounts. */
  DEPOSIT,
  /** Unary deposits by the clock, at half the rate that the ledger takes from 256 callers. */
  HALF_LOAD,
  /** Unary transfers between any two. */
  TRANSFER,
  /** Unary deposits to a single account. */
  HOT_ACCOUNT,
  /** Unary deposits of which few accounts get most. */
  ZIPF,
  /** Pending transactions, half of them posted and half voided. */
  HOLDS,
  /** A hundred deposits a call. */
  BATCH,
  /** Deposits through one stream per connection. */
  STREAM,
  /** Deposits and balances, half of each. */
  MIXED,
  /** Current balances from the read model, one and a hundred a call. */
  BALANCE,
  /** Balances of the past, on both axes of time. */
  BALANCE_AT,
  /** Pages of 50 entries. */
  ENTRIES,
  /** From a receipt to its sight in the read model, at a fixed rate. */
  LAG,
  /** The read model made anew from the first event; no calls of a load generator. */
  REBUILD;

  /** How many commands a second {@link #LAG} makes. */
  public static final double LAG_PER_SECOND = 1_000;

  private static final int BATCH_SIZE = 100;
  private static final int BACKDATED_BATCH = 500;
  private static final int BACKDATED_ACCOUNTS = 100;

  /**
   * One way of asking.
   *
   * @param name of it, unique among all
   * @param maker makes the caller of a client
   */
  public record Variant(String name, Function<Client, Caller> maker) {
    Caller caller(Client client) {
      return maker.apply(client);
    }
  }

  /** How many calls are in flight by default, in turns; 0: as many as a fixed rate needs. */
  public List<Integer> inFlight() {
    return switch (this) {
      case DEPOSIT -> List.of(1, 16, 64, 256, 1_024);
      case TRANSFER, HOT_ACCOUNT, ZIPF, HOLDS, MIXED -> List.of(256);
      case BATCH -> List.of(16, 64);
      case STREAM -> List.of(256, 1_024);
      case BALANCE, BALANCE_AT -> List.of(1, 64);
      case ENTRIES -> List.of(64);
      case HALF_LOAD, LAG, REBUILD -> List.of(0);
    };
  }

  /** Whether it needs the read model. */
  public boolean reads() {
    return switch (this) {
      case DEPOSIT, HALF_LOAD, TRANSFER, HOT_ACCOUNT, ZIPF, HOLDS, BATCH, STREAM -> false;
      case MIXED, BALANCE, BALANCE_AT, ENTRIES, LAG, REBUILD -> true;
    };
  }

  /** Whether it changes the ledger. */
  public boolean writes() {
    return switch (this) {
      case DEPOSIT,
          HALF_LOAD,
          TRANSFER,
          HOT_ACCOUNT,
          ZIPF,
          HOLDS,
          BATCH,
          STREAM,
          MIXED,
          LAG,
          REBUILD ->
          true;
      case BALANCE, BALANCE_AT, ENTRIES -> false;
    };
  }

  /** The ways of asking that it measures. */
  public List<Variant> variants() {
    return switch (this) {
      case DEPOSIT, HALF_LOAD -> one(c -> c.ask(() -> c.teller().deposit(c.teller().any())));
      case TRANSFER -> one(c -> c.ask(() -> c.teller().transfer()));
      case HOT_ACCOUNT -> one(c -> c.ask(() -> c.teller().deposit(c.teller().hot())));
      case ZIPF -> one(c -> c.ask(() -> c.teller().deposit(c.teller().popular())));
      case HOLDS -> one(c -> c.ask(() -> c.teller().hold()));
      case BATCH -> List.of(batch("batch-atomic", true), batch("batch-independent", false));
      case STREAM -> one(c -> c.stream(() -> c.teller().depositCommand(c.teller().any())));
      case MIXED -> one(c -> c.ask(() -> mixed(c)));
      case BALANCE -> List.of(balance(), balances());
      case BALANCE_AT -> List.of(atPosition(), atTime(), effectiveAt());
      case ENTRIES -> one(c -> c.ask(() -> c.reader().entries()));
      case LAG -> one(Client::depositUntilVisible);
      case REBUILD -> List.of();
    };
  }

  /** The question of {@link #BALANCE} to a server that answers from nowhere. */
  public static Variant echo(String target) {
    return new Variant(
        "echo",
        c -> {
          var reader = c.reader().of(c.lane().to(target));
          return c.ask(reader::balance);
        });
  }

  /** Deposits of the past, without which the axis of business time is the other one. */
  static Variant backdating() {
    return new Variant(
        "backdating", c -> c.ask(() -> c.teller().backdated(BACKDATED_BATCH, BACKDATED_ACCOUNTS)));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private List<Variant> one(Function<Client, Caller> maker) {
    return List.of(new Variant(toString(), maker));
  }

  private static Variant batch(String name, boolean atomic) {
    return new Variant(name, c -> c.ask(() -> c.teller().batch(BATCH_SIZE, atomic)));
  }

  private static Question<?, ?> mixed(Client c) {
    return c.teller().toss() ? c.teller().deposit(c.teller().any()) : c.reader().balance();
  }

  private static Variant balance() {
    return new Variant("balance", c -> c.ask(() -> c.reader().balance()));
  }

  private static Variant balances() {
    return new Variant("balances-100", c -> c.ask(() -> c.reader().balances(BATCH_SIZE)));
  }

  private static Variant atPosition() {
    return new Variant("balance-at-position", c -> c.ask(() -> c.reader().balanceAtPosition()));
  }

  private static Variant atTime() {
    return new Variant("balance-at-time", c -> c.ask(() -> c.reader().balanceAtTime()));
  }

  private static Variant effectiveAt() {
    return new Variant(
        "balance-effective-at",
        c ->
            c.ask(() ->
                c.reader().balanceEffectiveAt(c.teller().withinTheLastHour(), BACKDATED_ACCOUNTS)));
  }
}
