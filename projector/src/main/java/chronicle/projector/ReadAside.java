package chronicle.projector;

import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;

/**
 * Reads what a verification compares last while it compares the rest: the rows of external
 * accounts, of which there may be as many as of all others together, and transactions. Reads in the
 * same snapshot, by a session of its own.
 */
final class ReadAside implements AutoCloseable {
  private static final String EXTERNAL =
      "SELECT account_id FROM accounts WHERE generation = ? AND account_id LIKE 'external:%'";

  private final Connection session;
  private final Generation generation;
  private final RowHashes hashes = new RowHashes();
  private final FutureTask<SortedMap<Long, Digest>> transactions =
      new FutureTask<>(this::readTransactions);
  private final FutureTask<Externals> externals = new FutureTask<>(this::readExternals);
  private final Thread reader;
  private volatile boolean stopped;

  /** The rows of these accounts. */
  record Externals(Set<String> accounts, StoredSums sums) {}

  /** Begins to read; the session is in the snapshot already, and closed by who opened it. */
  ReadAside(Connection session, Generation generation) {
    this.session = session;
    this.generation = generation;
    this.reader =
        Thread.ofVirtual()
            .name("verify-aside")
            .start(() -> {
              transactions.run();
              externals.run();
            });
  }

  /**
   * The sums of the hashes of transactions by the first position of each stretch that has any.
   * Throws IllegalArgumentException or IllegalStateException where a row makes no sense.
   */
  SortedMap<Long, Digest> transactions() throws SQLException, InterruptedException {
    return Tasks.await(transactions);
  }

  /** The rows of external accounts; none where one of them makes no sense. */
  Optional<Externals> externals() throws SQLException, InterruptedException {
    try {
      return Optional.of(Tasks.await(externals));
    } catch (IllegalArgumentException | ArithmeticException | IllegalStateException e) {
      return Optional.empty();
    } catch (SQLException e) {
      if (!Verifier.isValueOutOfRange(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private SortedMap<Long, Digest> readTransactions() throws SQLException {
    var stretches = new TreeMap<Long, Digest>();
    Transactions.scan(
        session,
        generation,
        transaction -> {
          goOn();
          hashes.parts(
              transaction,
              (position, hash) -> stretches.merge(Verifier.stretch(position), hash, Digest::plus));
        });
    return stretches;
  }

  private Externals readExternals() throws SQLException {
    var accounts = new HashSet<String>();
    try (var statement = session.prepareStatement(EXTERNAL)) {
      statement.setInt(1, generation.number());
      try (var row = statement.executeQuery()) {
        while (row.next()) {
          accounts.add(row.getString(1));
        }
      }
    }
    return new Externals(
        accounts, StoredSums.read(session, generation, accounts, hashes, this::goOn));
  }

  private void goOn() {
    if (stopped) {
      throw new CancellationException("nobody waits for it any more");
    }
  }

  /** Ends the reading, wherever it is. */
  @Override
  public void close() {
    stopped = true;
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
