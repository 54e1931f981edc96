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

  void joined(LedgerId ledger) {
    subscribers.add(1, of(ledger));
  }

  void left(LedgerId ledger) {
    subscribers.add(-1, of(ledger));
  }

  void sent(LedgerId ledger) {
    sent.add(1, of(ledger));
  }

  void cutOff(LedgerId ledger) {
    cutOff.add(1, of(ledger));
  }

  private static Attributes of(LedgerId ledger) {
    return Attributes.of(LEDGER, ledger.value());
  }
}
