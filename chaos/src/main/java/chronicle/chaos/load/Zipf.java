package chronicle.chaos.load;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Numbers from 0 on of which each comes up in proportion to 1 / (number + 1): a few are asked for
 * all the time, and most hardly ever.
 */
final class Zipf {
  private final double[] cumulated;

  Zipf(int size) {
    cumulated = new double[size];
    var sum = 0.0;
    for (int i = 0; i < size; i++) {
      sum += 1.0 / (i + 1);
      cumulated[i] = sum;
    }
  }

  int next(RandomGenerator random) {
    var found = Arrays.binarySearch(cumulated, random.nextDouble(cumulated[cumulated.length - 1]));
    return found >= 0 ? found + 1 : -found - 1;
  }
}
