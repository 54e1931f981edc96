package chronicle.ledger.log;

import java.util.List;

/** A command recorded before, and its events where it was accepted. */
record Known(RecordedCommand command, List<RecordedEvent> events) {}
