package chronicle.chaos.load;

import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.Entry;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.QueryServiceGrpc;
import com.google.protobuf.Timestamp;
import io.grpc.Channel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Makes the questions of one lane to a query service, and knows what their answers must be. */
final class Reader {
  private static final int PAGE = 50;

  private final Channel channel;
  private final String ledger;
  private final Accounts accounts;
  private final SplittableRandom random;
  private Knowledge knowledge = Knowledge.NOTHING;

  Reader(Channel channel, String ledger, Accounts accounts, int number) {
    this.channel = channel;
    this.ledger = ledger;
    this.accounts = accounts;
    this.random = new SplittableRandom(number);
  }

  /** The same questions to another server, which says what it likes. */
  Reader of(Channel another) {
    return new Reader(another, ledger, accounts, random.nextInt());
  }

  /** Takes that for what the ledger holds, until told otherwise. */
  void know(Knowledge known) {
    this.knowledge = known;
  }

  /** The balance of any account. */
  Question<GetBalanceRequest, Balance> balance() {
    var account = any();
    return question(ask(account), account, answer -> isRight(account, answer));
  }

  /** The balances of so many accounts that follow each other. */
  Question<BatchGetBalancesRequest, BatchGetBalancesResponse> balances(int count) {
    var asked = new HashMap<String, Integer>();
    var request = BatchGetBalancesRequest.newBuilder().setLedger(ledger);
    var first = any();
    for (int i = 0; i < Math.min(count, accounts.size()); i++) {
      var account = (first + i) % accounts.size();
      asked.put(accounts.id(account), account);
      request.addAccounts(accounts.id(account));
    }
    return new Question<>(
        channel,
        QueryServiceGrpc.getBatchGetBalancesMethod(),
        request.build(),
        asked.size(),
        response -> wrong(asked, response));
  }

  /** A balance as of any position since all accounts were open. */
  Question<GetBalanceRequest, Balance> balanceAtPosition() {
    var account = any();
    var position = random.nextLong(knowledge.from().position(), knowledge.to().position() + 1);
    return question(
        ask(account).setAtPosition(position),
        account,
        answer -> answer.getPosition() <= position && answer.getReadPosition() <= position);
  }

  /** A balance as of any time since all accounts were open, up to the last event. */
  Question<GetBalanceRequest, Balance> balanceAtTime() {
    var account = any();
    var micros = random.nextLong(knowledge.from().micros(), knowledge.to().micros());
    var time =
        Timestamp.newBuilder()
            .setSeconds(micros / 1_000_000)
            .setNanos((int) (micros % 1_000_000) * 1000)
            .build();
    return question(
        ask(account).setAt(time),
        account,
        answer -> answer.getPosition() <= knowledge.to().position());
  }

  /** The balance of one of the first so many accounts, as effective at a time. */
  Question<GetBalanceRequest, Balance> balanceEffectiveAt(Timestamp time, int ofFirst) {
    var account = random.nextInt(Math.min(ofFirst, accounts.size()));
    return question(ask(account).setEffectiveAt(time), account, Balance::hasEffectiveAt);
  }

  /** The newest entries of any account. */
  Question<ListEntriesRequest, ListEntriesResponse> entries() {
    var account = accounts.id(any());
    return new Question<>(
        channel,
        QueryServiceGrpc.getListEntriesMethod(),
        ListEntriesRequest.newBuilder()
            .setLedger(ledger)
            .setAccount(account)
            .setPageSize(PAGE)
            .build(),
        1,
        response -> wrong(account, response));
  }

  private Question<GetBalanceRequest, Balance> question(
      GetBalanceRequest.Builder request, int account, Predicate<Balance> isRight) {
    return new Question<>(
        channel,
        QueryServiceGrpc.getGetBalanceMethod(),
        request.build(),
        1,
        answer ->
            answer.getAccount().equals(accounts.id(account)) && isRight.test(answer)
                ? Optional.empty()
                : Optional.of("wrong balance: " + answer));
  }

  private GetBalanceRequest.Builder ask(int account) {
    return GetBalanceRequest.newBuilder().setLedger(ledger).setAccount(accounts.id(account));
  }

  private boolean isRight(int account, Balance balance) {
    return !knowledge.exact()
        || balance.getPosted().getMinorUnits() == knowledge.postedMinor().get(account);
  }

  private Optional<String> wrong(Map<String, Integer> asked, BatchGetBalancesResponse response) {
    if (response.getBalancesCount() != asked.size()) {
      return Optional.of("too few or too many balances: " + response);
    }
    return response.getBalancesList().stream()
        .filter(balance ->
            !asked.containsKey(balance.getAccount())
                || !isRight(asked.get(balance.getAccount()), balance))
        .findFirst()
        .map(balance -> "wrong balance: " + balance);
  }

  private static Optional<String> wrong(String account, ListEntriesResponse response) {
    var position = Long.MAX_VALUE;
    for (Entry entry : response.getEntriesList()) {
      if (!entry.getAccount().equals(account) || entry.getPosition() >= position) {
        return Optional.of("wrong entry: " + entry);
      }
      position = entry.getPosition();
    }
    return Optional.empty();
  }

  private int any() {
    return random.nextInt(accounts.size());
  }
}
