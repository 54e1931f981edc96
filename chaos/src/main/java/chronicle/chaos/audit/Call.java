package chronicle.chaos.audit;

import com.google.protobuf.Message;

/**
 * One call as its client saw it. A command is recorded as the {@code CommandRequest} it is, also
 * where it was sent in a stream or an independent batch; an atomic batch as its {@code
 * ExecuteBatchRequest}; a read as its request. Both times are of one monotonic clock: the call was
 * not sent before {@code startNanos}, and its outcome was there by {@code endNanos}.
 */
public record Call(
    int client, String target, long startNanos, long endNanos, Message request, Outcome outcome) {}
