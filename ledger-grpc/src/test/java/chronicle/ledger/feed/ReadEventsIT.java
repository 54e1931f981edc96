package chronicle.ledger.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.EventLogServiceGrpc.EventLogServiceBlockingStub;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.ReadEventsResponse;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A read gives the log up to its head, and ends")
final class ReadEventsIT {
  private FeedFixture fixture;
  private EventLogServiceBlockingStub log;

  @BeforeEach
  void start() throws InterruptedException {
    fixture = new FeedFixture();
    var process = fixture.process(FeedFixture.SMALL);
    process.openAccounts();
    process.deposit(30);
    process.transfer(30);
    log = EventLogServiceGrpc.newBlockingStub(process.channel());
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @DisplayName("G2: many events in a message are the same events, in the same order")
  @ValueSource(ints = {1, 7, 1_000})
  void manyInAMessageAreTheSame(int eventsPerMessage) {
    var oneByOne = oneByOne(ReadEventsRequest.getDefaultInstance());
    assertThat(oneByOne).hasSize((int) fixture.head());

    var messages =
        read(ReadEventsRequest.newBuilder().setEventsPerMessage(eventsPerMessage).build());

    assertThat(messages).noneMatch(ReadEventsResponse::hasEvent);
    assertThat(messages.subList(0, messages.size() - 1))
        .allMatch(message -> message.getEventsCount() == eventsPerMessage);
    assertThat(messages.getLast().getEventsCount()).isBetween(1, eventsPerMessage);
    assertThat(messages.stream().flatMap(message -> message.getEventsList().stream()).toList())
        .isEqualTo(oneByOne);
  }

  @Test
  @DisplayName("G2: a read of many in a message ends where it is asked to")
  void manyInAMessageEndWhereAsked() {
    var some = ReadEventsRequest.newBuilder().setFromPosition(5).setMaxEvents(12);
    var oneByOne = oneByOne(some.build());

    var messages = read(some.setEventsPerMessage(5).build());

    assertThat(messages).extracting(ReadEventsResponse::getEventsCount).containsExactly(5, 5, 2);
    assertThat(messages.stream().flatMap(message -> message.getEventsList().stream()).toList())
        .isEqualTo(oneByOne);
  }

  @Test
  @DisplayName("G2: a read of many in a message beyond the head gives none")
  void beyondTheHeadThereIsNone() {
    var beyond =
        ReadEventsRequest.newBuilder()
            .setFromPosition(fixture.head() + 1)
            .setEventsPerMessage(10)
            .build();

    assertThat(read(beyond)).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("G13: what stands before an event that can't be read arrives, however it is sent")
  @ValueSource(ints = {0, 7, 1_000})
  void whatStandsBeforeADamagedEventArrives(int eventsPerMessage) throws SQLException {
    fixture.damage(20);
    var arrived = new ArrayList<Event>();
    var request = ReadEventsRequest.newBuilder().setEventsPerMessage(eventsPerMessage).build();

    var thrown =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                log.readEvents(request)
                    .forEachRemaining(message -> arrived.addAll(events(message))));

    assertThat(thrown).hasMessageContaining("event 20 of ledger main");
    assertThat(arrived).extracting(Event::getPosition).last().isEqualTo(19L);
    assertThat(arrived).hasSize(19);
  }

  private static List<Event> events(ReadEventsResponse message) {
    return message.hasEvent() ? List.of(message.getEvent()) : message.getEventsList();
  }

  private List<Event> oneByOne(ReadEventsRequest request) {
    return read(request).stream().map(ReadEventsResponse::getEvent).toList();
  }

  private List<ReadEventsResponse> read(ReadEventsRequest request) {
    var messages = new ArrayList<ReadEventsResponse>();
    log.readEvents(request).forEachRemaining(messages::add);
    return messages;
  }
}
