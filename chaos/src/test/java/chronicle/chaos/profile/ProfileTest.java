package chronicle.chaos.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

final class ProfileTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void aBoxIsAsWideAsItsShareAndStandsUnderItsCaller() throws Exception {
    var profile =
        new Profile(
            Map.of(
                List.of("sequencer", "chronicle.ledger.Sequencer.run", "java.util.Map.get"), 1L,
                List.of("sequencer", "chronicle.ledger.Sequencer.run"), 2L,
                List.of("relay", "io.nats.client.Connection.<init>"), 1L),
            0);

    var svg = FlameGraph.svg("a & b", profile);

    var boxes =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getElementsByTagName("rect");
    var named =
        IntStream.range(0, boxes.getLength())
            .mapToObj(i -> (Element) boxes.item(i))
            .filter(box -> box.getElementsByTagName("title").getLength() == 1)
            .map(box ->
                "%s %s %s"
                    .formatted(
                        box.getElementsByTagName("title").item(0).getTextContent(),
                        box.getAttribute("x"),
                        box.getAttribute("width")))
            .toList();
    assertThat(named)
        .containsExactlyInAnyOrder(
            "relay: 25.0 % 0.0 300.0",
            "io.nats.client.Connection.<init>: 25.0 % 0.0 300.0",
            "sequencer: 75.0 % 300.0 900.0",
            "chronicle.ledger.Sequencer.run: 75.0 % 300.0 900.0",
            "java.util.Map.get: 25.0 % 300.0 300.0");
  }

  @Test
  void aRecordingTellsWhatRanInWhichKindOfThread() throws Exception {
    var file = directory.resolve("r.jfr");
    var over = new AtomicBoolean();
    try (var recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").with("period", "1 ms");
      recording.start();
      var busy = Thread.ofPlatform().name("busy-7").start(() -> spin(over));
      Thread.sleep(1_000);
      over.set(true);
      busy.join();
      recording.dump(file);
    }

    var profile = Profile.of(file);

    assertThat(profile.samples()).isPositive();
    assertThat(profile.stacks().keySet())
        .anySatisfy(stack -> {
          assertThat(stack.getFirst()).isEqualTo("busy");
          assertThat(stack).contains("chronicle.chaos.profile.ProfileTest.spin");
        });
  }

  @Test
  void whatWasAllocatedIsWhatFilledTheHeapBetweenCollections() throws Exception {
    var file = directory.resolve("r.jfr");
    try (var recording = new Recording()) {
      recording.enable("jdk.GCHeapSummary");
      recording.start();
      System.gc();
      var garbage = new ArrayList<byte[]>();
      for (var i = 0; i < 20; i++) {
        garbage.add(new byte[1_000_000]);
      }
      assertThat(garbage).hasSize(20);
      System.gc();
      recording.dump(file);
    }

    assertThat(Profile.of(file).allocatedPerSecond()).isPositive();
  }

  private static void spin(AtomicBoolean over) {
    var sum = 0L;
    while (!over.get()) {
      sum += System.nanoTime();
    }
    assertThat(sum).isNotZero();
  }
}
