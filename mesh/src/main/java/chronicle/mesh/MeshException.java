package chronicle.mesh;

/**
 * The mesh can't do what was asked; the message says why, in words for the person at the terminal.
 */
public final class MeshException extends RuntimeException {
  MeshException(String message) {
    super(message);
  }

  MeshException(String message, Throwable cause) {
    super(message, cause);
  }
}
