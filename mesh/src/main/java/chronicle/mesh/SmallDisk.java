package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system in memory, on which a part keeps its data, and which can be filled. */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 64 * 1024;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  /** Mounts one there; throws MeshException where this machine does not allow that. */
  static SmallDisk mount(Path directory, int megabytes) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run(
        "mount", "-t", "tmpfs", "-o", "mode=0700,size=" + megabytes + "m", "tmpfs", "" + directory);
    var disk = new SmallDisk(directory);
    Runtime.getRuntime().addShutdownHook(new Thread(disk::close, "unmount"));
    return disk;
  }

  /** Whether this machine lets us mount one. */
  public static boolean isAllowed() {
    try (var _ = mount(StateDirectory.scratch("disk").directory("probe"), 1)) {
      return true;
    } catch (MeshException e) {
      return false;
    }
  }

  /** Leaves not a byte free. */
  public void fill() {
    try (var ballast = Files.newOutputStream(ballast())) {
      for (var block = new byte[BLOCK_BYTES]; ; ) {
        ballast.write(block);
      }
    } catch (IOException e) {
      // It is full.
    }
  }

  /** Frees what {@link #fill} took. */
  public void free() {
    try {
      Files.deleteIfExists(ballast());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives it up with all it holds; does nothing if that has been done. */
  @Override
  public void close() {
    Shell.run("sh", "-c", "umount -l '%s' 2>/dev/null; true".formatted(directory));
  }

  private Path ballast() {
    return directory.resolve("ballast");
  }
}
