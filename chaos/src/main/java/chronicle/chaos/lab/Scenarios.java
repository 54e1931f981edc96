package chronicle.chaos.lab;

import chronicle.chaos.lab.Scenario.Harm;
import java.util.List;
import java.util.Optional;

/** All scenarios, in the order in which they are played. */
final class Scenarios {
  static final List<Scenario> ALL =
      List.of(
          whole(
              "event-store-node-killed",
              "a node of the event store killed mid-write",
              EventStoreHarms::nodeKilled),
          whole("nats-killed", "all of NATS killed", NatsHarms::killed),
          whole(
              "projectors-killed-in-turn",
              "a projector killed at random steps, both in turn",
              ServiceHarms::projectorsKilledInTurn),
          whole(
              "partition-minority",
              "a minority cut off from the event store",
              EventStoreHarms::minorityCut),
          whole(
              "partition-majority",
              "a majority cut off from the event store",
              EventStoreHarms::majorityCut),
          whole(
              "racing-withdrawals",
              "both ledgers race on one account, 200 withdrawals",
              ClientHarms::racingWithdrawals),
          whole("region-lost", "one of everything killed at once", ServiceHarms::regionLost),
          whole("ledger-killed", "one of two ledgers killed", ServiceHarms::ledgerKilled),
          whole(
              "ledgers-killed-in-turn",
              "a ledger killed at random moments, both in turn",
              ServiceHarms::ledgersKilledInTurn),
          whole("ledger-terminated", "a ledger asked to end", ServiceHarms::ledgerTerminated),
          whole("ledger-paused", "a ledger frozen", ServiceHarms::ledgerPaused),
          whole(
              "ledger-frozen",
              "a ledger frozen with NATS down, until its readers have left it",
              ServiceHarms::ledgerFrozen),
          whole("event-store-paused", "the event store frozen", EventStoreHarms::paused),
          whole(
              "event-store-restarted",
              "the event store restarted in good order",
              EventStoreHarms::restarted),
          whole(
              "event-store-cut",
              "all connections to the event store lost",
              EventStoreHarms::connectionsLost),
          whole(
              "event-store-one-way",
              "the event store hears, and is not heard",
              EventStoreHarms::answersLost),
          whole(
              "event-store-half-open",
              "the way to the event store half-open",
              EventStoreHarms::halfOpen),
          whole("slow-database", "the event store 20 ms further away", EventStoreHarms::slow),
          whole(
              "connections-taken",
              "an outsider takes all connections of the event store",
              EventStoreHarms::connectionsTaken),
          whole("nats-restarted", "NATS restarted in good order", NatsHarms::restarted),
          whole("nats-wiped", "all streams of NATS lost", NatsHarms::wiped),
          whole("nats-restored", "NATS restored from an old backup", NatsHarms::restored),
          whole("nats-leader-killed", "the leader of the stream killed", NatsHarms::leaderKilled),
          whole("nats-unreachable", "NATS cut off silently", NatsHarms::unreachable),
          whole(
              "projectors-killed",
              "all projectors killed at once",
              ServiceHarms::allProjectorsKilled),
          whole("poison-event", "an event that nobody can read", ServiceHarms::poisonEvent),
          whole("read-model-killed", "the read model killed", ServiceHarms::readModelKilled),
          whole("read-model-wiped", "the read model lost", ServiceHarms::readModelWiped),
          whole("gateway-killed", "the gateway killed", ServiceHarms::gatewayKilled),
          whole("slow-client", "readers of the feed stop reading", ClientHarms::slowClient),
          whole("queue-full", "more commands at once than a ledger queues", ClientHarms::queueFull),
          whole("mix", "random faults, one after the other and two at once", Mix::run),
          new Scenario(
              "redis-wiped",
              "the cache wiped, and then killed",
              Ground.CACHED,
              ServiceHarms::redisWiped),
          new Scenario(
              "clock-jumps",
              "clocks of ledgers and event store set wrong",
              Ground.WRONG_CLOCKS,
              EventStoreHarms::clocksWrong),
          new Scenario(
              "disk-full",
              "not a byte left for the event store",
              Ground.SMALL_DISK,
              EventStoreHarms::diskFull));

  private Scenarios() {}

  static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }

  private static Scenario whole(String name, String title, Harm harm) {
    return new Scenario(name, title, Ground.WHOLE, harm);
  }
}
