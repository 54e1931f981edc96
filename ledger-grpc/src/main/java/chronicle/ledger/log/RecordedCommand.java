package chronicle.ledger.log;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Refusal;
import java.time.Instant;
import java.util.Optional;

/**
 * A command and its outcome as they are kept for ever: {@code request} is a serialized {@code
 * chronicle.ledger.v1.CommandRecord}; refused with a refusal, else accepted with {@code eventCount}
 * events from {@code firstPosition} on.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and on the hot path never copied
public record RecordedCommand(
    CommandId id,
    String actor,
    byte[] request,
    Optional<Refusal> refusal,
    long firstPosition,
    int eventCount,
    Instant recordTime) {}
