package chronicle.ledger.log;

/**
 * An event as it is stored and published: {@code bytes} is one serialized {@code
 * chronicle.event.v1.Event}.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and on the hot path never copied
public record EncodedEvent(long position, String type, byte[] bytes) {}
