package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Directories that are made once, by whichever process comes first, and complete as soon as they
 * exist.
 */
record Cache(Path root) {
  /** Fills the directory it is given. */
  interface Filling {
    void fill(Path directory) throws IOException;
  }

  /** Whether the directory of that name is there. */
  boolean holds(String name) {
    return Files.isDirectory(root.resolve(name));
  }

  /**
   * The directory of that name, filled first if it does not exist; others who ask meanwhile wait.
   */
  Path directory(String name, Filling filling) {
    var directory = root.resolve(name);
    if (Files.isDirectory(directory)) {
      return directory;
    }
    // A file lock holds between processes and throws between threads of one: hence both.
    synchronized (Cache.class) {
      try {
        Files.createDirectories(root);
        try (var file =
                FileChannel.open(
                    root.resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            var _ = file.lock()) {
          return Files.isDirectory(directory) ? directory : make(directory, filling);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Path make(Path directory, Filling filling) throws IOException {
    var unfinished = directory.resolveSibling(directory.getFileName() + ".unfinished");
    Trees.delete(unfinished);
    Files.createDirectories(unfinished);
    filling.fill(unfinished);
    return Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
  }
}
