package chronicle.mesh;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the mesh runs from: its root, and what the build and the mesh keep in it. */
record Workspace(Path root) {
  /** The checkout around the working directory; throws if that is in none. */
  static Workspace find() {
    for (var path = Path.of("").toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.isDirectory(path.resolve(".mvn")) && Files.isDirectory(path.resolve("proto"))) {
        return new Workspace(path);
      }
    }
    throw new MeshException(
        "Not inside a checkout of ChronicleLedger: " + Path.of("").toAbsolutePath());
  }

  /** Where {@code ./chronicle up} keeps data and logs. */
  Path state() {
    return root.resolve(".chronicle");
  }

  /** Downloaded and unpacked programs, shared by every mesh and test of the checkout. */
  Path cache() {
    return state().resolve("cache");
  }

  /**
   * A directory for one run's data, of a name not used before; {@code ./chronicle clean} removes
   * it.
   */
  Path scratch(String name) {
    return root.resolve(
        "target/mesh/%s-%d-%d".formatted(name, ProcessHandle.current().pid(), System.nanoTime()));
  }
}
