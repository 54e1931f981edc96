package chronicle.projector;

/**
 * A log under the ledger's name is not the one that the read model was made from; nothing of it may
 * be projected.
 */
final class WrongIncarnation extends RuntimeException {
  WrongIncarnation(Checkpoint checkpoint, String where, String found) {
    super(
        "position %d: %s is of incarnation '%s', the read model of '%s'"
            .formatted(checkpoint.position(), where, found, checkpoint.incarnation()));
  }
}
