package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * What one mesh keeps on disk, for one mesh at a time.
 *
 * @param isScratch its data serves nobody once the mesh is closed
 */
record StateDirectory(Path root, boolean isScratch) {
  // Neither the programs in cache/ nor the logs, which say what led up to it.
  private static final List<String> DATA =
      List.of("cockroach", "nats", "postgres", "read-model-postgres");

  StateDirectory {
    root = root.toAbsolutePath();
  }

  /** A directory that is there for the next mesh too. */
  static StateDirectory lasting(Path root) {
    return new StateDirectory(root, false);
  }

  /**
   * A directory of a name not used before. It stays, for its logs, until the next one is made after
   * this JVM's end.
   */
  static StateDirectory scratch(String name) {
    var all = Workspace.find().root().resolve("target/mesh");
    deleteAbandoned(all);
    var unique = "%s-%d-%d".formatted(name, ProcessHandle.current().pid(), System.nanoTime());
    return new StateDirectory(all.resolve(unique), true);
  }

  private static void deleteAbandoned(Path all) {
    if (!Files.isDirectory(all)) {
      return;
    }
    try (var directories = Files.newDirectoryStream(all, StateDirectory::isAbandoned)) {
      directories.forEach(Trees::delete);
    } catch (IOException | UncheckedIOException e) {
      // Another JVM deletes the same: what it leaves, the next one finds.
      return;
    }
  }

  private static boolean isAbandoned(Path scratch) {
    var parts = scratch.getFileName().toString().split("-", -1);
    return ProcessHandle.of(Long.parseLong(parts[parts.length - 2])).isEmpty();
  }

  /** Where a part keeps its files. */
  Path directory(String part) {
    return root.resolve(part);
  }

  /** What a part prints. */
  Path log(String part) {
    return root.resolve("logs").resolve(part + ".log");
  }

  /** Deletes all data, for ever. */
  void drop() {
    DATA.forEach(part -> Trees.delete(directory(part)));
  }

  /** Takes the directory until the lock is closed; throws if another mesh has it. */
  FileChannel lock() {
    try {
      Files.createDirectories(root);
      var lock =
          FileChannel.open(
              root.resolve("mesh.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isOurs(lock)) {
        lock.close();
        throw new MeshException("Another mesh runs on %s. Stop that one first.".formatted(root));
      }
      return lock;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOurs(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }
}
