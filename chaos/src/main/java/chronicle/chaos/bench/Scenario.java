package chronicle.chaos.bench;

import java.util.SplittableRandom;

/** Which account a deposit goes to, and how. */
enum Scenario {
  /** Any of all, evenly. */
  SPREAD {
    @Override
    int account(SplittableRandom random, int accounts) {
      return random.nextInt(accounts);
    }
  },
  /** Always the same one. */
  HOT {
    @Override
    int account(SplittableRandom random, int accounts) {
      return accounts;
    }
  },
  /** Any of all, through one stream of commands per connection in place of a call for each. */
  STREAM {
    @Override
    int account(SplittableRandom random, int accounts) {
      return random.nextInt(accounts);
    }
  };

  boolean isStreamed() {
    return this == STREAM;
  }

  /** The index of the next account, among that many and one hot one behind them. */
  abstract int account(SplittableRandom random, int accounts);
}
