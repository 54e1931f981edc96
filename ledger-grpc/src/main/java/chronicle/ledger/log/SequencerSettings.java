package chronicle.ledger.log;

import java.time.Duration;

/**
 * The bounds of a sequencer.
 *
 * @param queueWorkMax how much work may wait, in events that it may lead to; more is refused
 * @param batchWorkMax how much work one transaction takes, likewise, unless it is one piece
 * @param cacheAccountsMax how many accounts' states are kept
 * @param drain how long queued work may take to finish when the process stops
 */
public record SequencerSettings(
    int queueWorkMax, int batchWorkMax, int cacheAccountsMax, Duration drain) {
  /** What suits a heap of 512 MiB. */
  public static final SequencerSettings DEFAULT =
      new SequencerSettings(16_384, 2_048, 200_000, Duration.ofSeconds(10));
}
