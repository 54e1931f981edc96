package chronicle.chaos.audit;

import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.Source;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.Optional;
import java.util.Random;

/** Random questions of one client: now and in the past, of the log and of the read model. */
final class RandomReads {
  private static final Duration MAX_WAIT = Duration.newBuilder().setSeconds(1).build();

  private final String ledger;
  private final Memory memory;
  private final Random random;

  RandomReads(String ledger, Memory memory, Random random) {
    this.ledger = ledger;
    this.memory = memory;
    this.random = random;
  }

  Message next() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> balance().setSource(Source.EVENT_STORE).build();
      case 2 -> balance().setMinPosition(memory.lastPosition()).build();
      case 3 -> balanceInThePast();
      case 4 -> state();
      case 5 -> transaction();
      case 6 -> balances();
      default -> account();
    };
  }

  private GetBalanceRequest.Builder balance() {
    return GetBalanceRequest.newBuilder()
        .setLedger(ledger)
        .setAccount(anAccount())
        .setMaxWait(MAX_WAIT);
  }

  private Message balanceInThePast() {
    var request = balance();
    if (random.nextBoolean()) {
      request.setSource(Source.EVENT_STORE);
    }
    Optional<Timestamp> time = random.nextBoolean() ? memory.time(random) : Optional.empty();
    time.ifPresentOrElse(request::setAt, () -> request.setAtPosition(position()));
    return request.build();
  }

  private Message state() {
    var request = GetAccountStateRequest.newBuilder().setLedger(ledger).setAccount(anAccount());
    switch (random.nextInt(3)) {
      case 0 -> memory.time(random).ifPresent(request::setAt);
      case 1 -> request.setAtPosition(position());
      default -> {}
    }
    return request.build();
  }

  private Message transaction() {
    return GetTransactionRequest.newBuilder()
        .setLedger(ledger)
        .setTransaction(memory.transaction(random).orElse("never-made"))
        .setMinPosition(memory.lastPosition())
        .setMaxWait(MAX_WAIT)
        .build();
  }

  private Message balances() {
    return BatchGetBalancesRequest.newBuilder()
        .setLedger(ledger)
        .addAllAccounts(memory.accounts())
        .setAtPosition(position())
        .setMaxWait(MAX_WAIT)
        .build();
  }

  private Message account() {
    return GetAccountRequest.newBuilder()
        .setLedger(ledger)
        .setAccount(anAccount())
        .setMinPosition(random.nextBoolean() ? memory.lastPosition() : 0)
        .setMaxWait(MAX_WAIT)
        .build();
  }

  private String anAccount() {
    var accounts = memory.accounts();
    return accounts.get(random.nextInt(accounts.size()));
  }

  private long position() {
    return 1 + random.nextLong(Math.max(1, memory.lastPosition()));
  }
}
