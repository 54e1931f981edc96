package chronicle.ledger.feed;

import chronicle.ledger.domain.LedgerId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;

/** What feeds tell of those who follow them. */
final class FeedMetrics {
  private static final AttributeKey<String> LEDGER = AttributeKey.stringKey("ledger");

  private final LongUpDownCounter subscribers;
  private final LongCounter sent;
  private final LongCounter cutOff;

  FeedMetrics(Meter meter) {
    subscribers =
        meter
            .upDownCounterBuilder("chronicle.feed.subscribers")
            .setDescription("Subscriptions that are open")
            .build();
    sent =
        meter
            .counterBuilder("chronicle.feed.sent.events")
            .setDescription("Events sent to subscribers, each as often as it was sent")
            .build();
    cutOff =
        meter
            .counterBuilder("chronicle.feed.slow.subscribers")
            .setDescription("Subscriptions ended because their reader was too slow")
            .build();
  }

  static Attributes of(LedgerId ledger) {
    return Attributes.of(LEDGER, ledger.value());
  }

  void joined(Attributes ledger) {
    subscribers.add(1, ledger);
  }

  void left(Attributes ledger) {
    subscribers.add(-1, ledger);
  }

  void sent(Attributes ledger) {
    sent.add(1, ledger);
  }

  void cutOff(Attributes ledger) {
    cutOff.add(1, ledger);
  }
}
