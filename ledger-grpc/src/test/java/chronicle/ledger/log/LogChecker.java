package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Reads a whole log and asserts what must hold for every log. */
final class LogChecker {
  private LogChecker() {}

  /** What a sound log says: its events by command, and each account's last state. */
  record Checked(
      List<RecordedEvent> events,
      Map<CommandId, List<RecordedEvent>> byCommand,
      Map<AccountId, AccountAt> accounts) {}

  static Checked check(EventStore store) {
    long head = store.head(LedgerId.MAIN).orElseThrow().position();
    var events = new ArrayList<RecordedEvent>();
    for (EncodedEvent encoded : store.read(LedgerId.MAIN, 1, head, Integer.MAX_VALUE)) {
      events.add(EventCodec.decode(LedgerId.MAIN, encoded.position(), encoded.bytes()));
    }
    assertThat(events).hasSize((int) head);
    var byCommand = new HashMap<CommandId, List<RecordedEvent>>();
    var accounts = new HashMap<AccountId, AccountAt>();
    var finished = new HashSet<CommandId>();
    Instant last = Instant.EPOCH;
    for (int i = 0; i < events.size(); i++) {
      RecordedEvent event = events.get(i);
      assertThat(event.position()).as("G2: positions have no gap").isEqualTo(i + 1);
      assertThat(event.cause().recordTime()).as("times do not go back").isAfterOrEqualTo(last);
      last = event.cause().recordTime();
      if (!event.account().isLedger()) {
        accounts.put(
            event.account(),
            accounts.getOrDefault(event.account(), AccountAt.UNOPENED).evolve(event));
        assertThat(event.balancesAfter().availableMinor()).as("G4: limits hold").isNotNegative();
      }
      var ofCommand = byCommand.computeIfAbsent(event.cause().commandId(), _ -> new ArrayList<>());
      assertThat(event.index())
          .as("G5: a command's events are adjacent")
          .isEqualTo(ofCommand.size());
      ofCommand.add(event);
      if (event.endsCommand()) {
        assertThat(finished.add(event.cause().commandId()))
            .as("G3: a command happens once")
            .isTrue();
      }
    }
    assertThat(finished).as("G5: every command is whole").isEqualTo(byCommand.keySet());
    return new Checked(events, byCommand, accounts);
  }
}
