package chronicle.chaos.bench;

import java.util.SplittableRandom;

/** Which account a deposit goes to. */
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
  };

  /** The index of the next account, among that many and one hot one behind them. */
  abstract int account(SplittableRandom random, int accounts);
}
