package chronicle.chaos.bench;

import chronicle.chaos.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A recording of the Flight Recorder in another JVM of the same user, by {@code jcmd}. */
final class Recording {
  private static final String NAME = "name=chronicle-bench";
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  private final String pid;
  private final Path file;

  private Recording(String pid, Path file) {
    this.pid = pid;
    this.file = file;
  }

  /** Begins one; throws where that JVM can't be reached. */
  static Recording start(long pid) throws IOException {
    var recording =
        new Recording(Long.toString(pid), Files.createTempFile("chronicle-bench", ".jfr"));
    recording.jcmd(
        "JFR.start",
        NAME,
        "settings=profile",
        "filename=" + recording.file,
        "jdk.CPUTimeSample#enabled=true");
    return recording;
  }

  /** Ends it, and returns what it has seen. */
  Profile stop() throws IOException {
    try {
      jcmd("JFR.stop", NAME);
      return Profile.of(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void jcmd(String command, String... arguments) {
    var line = new ArrayList<>(List.of(JCMD.toString(), pid, command));
    line.addAll(List.of(arguments));
    var _ = Programs.run(line);
  }
}
