package chronicle.projector;

/** A generation is not being made any more: it was cancelled, or someone emptied the read model. */
final class Abandoned extends RuntimeException {
  Abandoned(Generation generation) {
    super("generation %d is not being made any more".formatted(generation.number()));
  }
}
