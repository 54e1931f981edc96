package chronicle.projector;

/**
 * A generation is not being made any more, or not by this projector: it was cancelled, someone
 * emptied the read model, or another projector went ahead.
 */
final class Abandoned extends RuntimeException {
  Abandoned(Generation generation) {
    super("generation %d is not being made any more".formatted(generation.number()));
  }
}
