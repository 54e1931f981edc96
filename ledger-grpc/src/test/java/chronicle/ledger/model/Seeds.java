package chronicle.ledger.model;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

/**
 * The seeds of a simulation: as many as it asks for, times {@code -Dsimulation.factor=10}, or only
 * the one that failed, {@code -Dsimulation.seed=42}.
 */
public final class Seeds {
  private Seeds() {}

  /** The seeds from 0 on. */
  public static LongStream of(int count) {
    Long one = Long.getLong("simulation.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.range(0, count * Long.getLong("simulation.factor", 1));
  }

  /** The random numbers of a seed, the same on every machine. */
  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
