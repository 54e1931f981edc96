package chronicle.chaos.audit;

import chronicle.ledger.v1.AccountBalances;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What the clients of a load know of each other's work; only to choose well, never to judge by. */
final class Memory {
  private static final int KEPT_MAX = 256;

  private final List<String> accounts = new ArrayList<>();
  private final Map<String, Long> available = new HashMap<>();
  private final List<Message> commands = new ArrayList<>();
  private final List<CreateTransactionRequest> pending = new ArrayList<>();
  private final List<String> transactions = new ArrayList<>();
  private final List<CommandReceipt> receipts = new ArrayList<>();
  private long lastPosition;

  /** An account that is going to be there. */
  synchronized void opened(String account) {
    accounts.add(account);
  }

  synchronized List<String> accounts() {
    return List.copyOf(accounts);
  }

  /** A command that is about to be sent, and may be sent again from now on. */
  synchronized void sent(Message request) {
    keep(commands, request);
  }

  /** A command was acknowledged. */
  synchronized void acknowledged(Message request, CommandReceipt receipt) {
    if (request instanceof CommandRequest command && command.getCreateTransaction().getPending()) {
      keep(pending, command.getCreateTransaction());
    }
    for (AccountBalances balances : receipt.getBalancesList()) {
      available.put(balances.getAccount(), balances.getAvailable().getMinorUnits());
    }
    if (receipt.getPosition() > 0) {
      lastPosition = Math.max(lastPosition, receipt.getPosition());
      keep(receipts, receipt);
      if (!receipt.getTransactionId().isEmpty()) {
        keep(transactions, receipt.getTransactionId());
      }
    }
  }

  /** What could be spent from the account when it was last heard of. */
  synchronized long available(String account) {
    return available.getOrDefault(account, 0L);
  }

  synchronized Optional<Message> command(Random random) {
    return any(commands, random);
  }

  synchronized Optional<CreateTransactionRequest> pending(Random random) {
    return any(pending, random);
  }

  synchronized Optional<String> transaction(Random random) {
    return any(transactions, random);
  }

  synchronized Optional<Timestamp> time(Random random) {
    return any(receipts, random).map(CommandReceipt::getRecordTime);
  }

  /** The highest position that any client was told. */
  synchronized long lastPosition() {
    return lastPosition;
  }

  private static <T> Optional<T> any(List<T> kept, Random random) {
    return kept.isEmpty() ? Optional.empty() : Optional.of(kept.get(random.nextInt(kept.size())));
  }

  /** The older half goes when there are too many. */
  private static <T> void keep(List<T> kept, T next) {
    if (kept.size() == KEPT_MAX) {
      kept.subList(0, KEPT_MAX / 2).clear();
    }
    kept.add(next);
  }
}
