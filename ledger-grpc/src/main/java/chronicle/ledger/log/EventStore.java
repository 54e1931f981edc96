package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The log's storage. Every method throws {@link EventStoreException} when the store fails; none
 * waits without a bound.
 */
public interface EventStore {
  /** Makes room for a ledger, whose head is 0 until its first event; a repeat changes nothing. */
  void prepare(LedgerId ledger);

  /** Returns the committed head; empty where there is no such ledger, or none with an event yet. */
  Optional<Head> head(LedgerId ledger);

  /** Returns up to {@code limit} ledgers with an event, by id, after {@code after}. */
  List<LedgerHead> ledgers(String after, int limit);

  /**
   * Returns the events from {@code from} to {@code to}, both inclusive, at most {@code limit}, in
   * order.
   */
  List<EncodedEvent> read(LedgerId ledger, long from, long to, int limit);

  /** As {@link #read}, only of these accounts and types; an empty list means all. */
  List<EncodedEvent> read(
      LedgerId ledger, long from, long to, int limit, List<String> accounts, List<String> types);

  /**
   * Returns the account's events after a version and up to a position, at most {@code limit}, in
   * order.
   */
  List<RecordedEvent> history(
      LedgerId ledger, AccountId account, long afterVersion, long toPosition, int limit);

  /**
   * Returns the events after a version of an account and up to a position, account by account in an
   * order of the store's own and by their versions, at most {@code limit}; {@link AccountId#LEDGER}
   * comes first.
   */
  List<RecordedEvent> histories(
      LedgerId ledger, AccountId after, long afterVersion, long toPosition, int limit);

  /** Returns the account's newest snapshot of this fold taken at or before a position. */
  Optional<Snapshot> snapshot(LedgerId ledger, AccountId account, long toPosition);

  /**
   * Returns those of the ledgers that have a pending transaction whose time is up by the store's
   * clock.
   */
  List<LedgerId> due(Collection<LedgerId> ledgers);

  /**
   * Begins a transaction that holds the ledger's head until it ends; its head is read after the
   * lock.
   */
  Transaction lock(LedgerId ledger);

  /**
   * Begins a transaction that locks nothing; what it reads is bounded by the head that it read
   * first.
   */
  Transaction look(LedgerId ledger);

  /**
   * Writes and commits the batch on top of a head that is believed to be the ledger's, in one round
   * trip, and returns the store's clock meanwhile. {@link EventStoreException.Kind#CONFLICT} and
   * {@link EventStoreException.Kind#TAKEN}: nothing was written, for the head is another, or a row
   * is there; {@link EventStoreException.Kind#AMBIGUOUS}: all of it was, or nothing.
   */
  Instant append(LedgerId ledger, Head head, Append batch);

  /** A ledger and its head. */
  record LedgerHead(LedgerId ledger, Head head) {}

  /** What is due, and when the next one will be; {@link Instant#MAX} where there is none. */
  record Due(List<CommandId> transactions, Instant next) {}

  /** A transaction on one ledger; closed without a commit, it changes nothing. */
  interface Transaction extends AutoCloseable {
    /** Where the ledger stands. */
    Head head();

    /**
     * Returns the events after a position up to the head, in order; more than {@code limit} give an
     * empty Optional.
     */
    Optional<List<RecordedEvent>> since(long position, int limit);

    /** Returns the events of the given positions. */
    List<RecordedEvent> at(Collection<Long> positions);

    /** Returns the recorded ones among the commands. */
    Map<CommandId, RecordedCommand> commands(Collection<CommandId> ids);

    /** Returns those of the accounts that have an event, as of the head. */
    Map<AccountId, StoredAccount> accounts(Collection<AccountId> accounts);

    /** Returns all events of an account up to the head, in order. */
    List<RecordedEvent> history(AccountId account);

    /** Returns the rows of those of the transactions that have one. */
    Map<CommandId, TransactionRow> transactions(Collection<CommandId> ids);

    /**
     * Returns the pending transactions that end by themselves at or before a time, at most {@code
     * limit}, the earliest first.
     */
    Due due(Instant time, int limit);

    /**
     * Writes the batch and moves the head; {@link EventStoreException.Kind#CONFLICT} where the head
     * had moved.
     */
    void append(Append batch);

    /**
     * Commits; a failure that leaves the outcome open is {@link
     * EventStoreException.Kind#AMBIGUOUS}.
     */
    void commit();

    @Override
    void close();
  }
}
