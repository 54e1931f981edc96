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

  /** The descriptor set of the protos, with all they import, which the build makes. */
  Path descriptorSet() {
    return root.resolve("proto/target/chronicle.binpb");
  }

  /** The gateway's configuration and page. */
  Path gateway() {
    return root.resolve("gateway-envoy");
  }

  /** The jar of a module, which the build makes. */
  Path jar(String module) {
    return root.resolve("%1$s/target/chronicle-%1$s.jar".formatted(module));
  }
}
