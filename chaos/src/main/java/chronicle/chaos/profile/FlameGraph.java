package chronicle.chaos.profile;

import static chronicle.chaos.svg.Svg.escaped;
import static chronicle.chaos.svg.Svg.format;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A picture of a profile: each box is a method, as wide as its share of the samples, under the one
 * that called it; what is narrower than a pixel or two is left out.
 */
public final class FlameGraph {
  private static final int WIDTH = 1200;
  private static final int ROW = 16;
  private static final int TOP = 54;
  private static final int DEPTH_MAX = 60;
  private static final double NARROWEST = 1.5;
  private static final double LETTER = 6.2;
  private static final String REST = "#b9b9b9";

  /** The colours of code by where it comes from, the first that fits. */
  private static final List<Origin> ORIGINS =
      List.of(
          new Origin("ChronicleLedger", "chronicle.", "#f0a04b"),
          new Origin("gRPC and Netty", "io.grpc.", "#7fb3d5"),
          new Origin("Protobuf", "com.google.protobuf.", "#c39bd3"),
          new Origin("PostgreSQL's driver", "org.postgresql.", "#82c596"),
          new Origin("NATS", "io.nats.", "#e6b8af"),
          new Origin("OpenTelemetry", "io.opentelemetry.", "#f3d36b"),
          new Origin("Java", "java.", "#d5d8dc"));

  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
      <title>%3$s</title>
      <style>
        text { font: 11px monospace; fill: #111; pointer-events: none }
        .title { font: bold 14px sans-serif } .key { font: 12px sans-serif }
        rect { stroke: #fff; stroke-width: 0.5 }
      </style>
      <rect width="%1$d" height="%2$d" fill="#fff"/>
      """;

  private final StringBuilder svg = new StringBuilder();
  private final long samples;

  private record Origin(String name, String prefix, String colour) {}

  /** A method in its place, and what it called. */
  private static final class Node {
    private final Map<String, Node> callees = new TreeMap<>();
    private long samples;

    void add(List<String> stack, long times) {
      samples += times;
      if (!stack.isEmpty()) {
        callees
            .computeIfAbsent(stack.getFirst(), _ -> new Node())
            .add(stack.subList(1, stack.size()), times);
      }
    }

    int depth(double least) {
      return samples < least
          ? 0
          : 1 + callees.values().stream().mapToInt(node -> node.depth(least)).max().orElse(0);
    }
  }

  private FlameGraph(long samples) {
    this.samples = samples;
  }

  /** Draws SVG that needs no script: a box tells its method and share when it is pointed at. */
  public static String svg(String title, Profile profile) {
    var root = new Node();
    profile
        .stacks()
        .forEach((stack, times) ->
            root.add(stack.size() > DEPTH_MAX ? stack.subList(0, DEPTH_MAX) : stack, times));
    return new FlameGraph(Math.max(1, root.samples)).draw(title, root);
  }

  private String draw(String title, Node root) {
    var rows = root.depth(NARROWEST * samples / WIDTH);
    svg.append(format(HEAD, WIDTH, TOP + ROW * rows + ROW, escaped(title)));
    svg.append(
        format(
            "<text class=\"title\" x=\"8\" y=\"18\">%s, %,d samples</text>%n",
            escaped(title), root.samples));
    key();
    callees(root, 0, 0);
    return svg.append("</svg>\n").toString();
  }

  private void key() {
    var x = 8.0;
    for (var origin : ORIGINS) {
      svg.append(
          format(
              "<rect x=\"%.0f\" y=\"28\" width=\"12\" height=\"12\" fill=\"%s\"/>%n"
                  + "<text class=\"key\" x=\"%.0f\" y=\"38\">%s</text>%n",
              x, origin.colour, x + 16, origin.name));
      x += 40 + 7.0 * origin.name.length();
    }
  }

  private void callees(Node node, double left, int row) {
    var x = left;
    for (var callee : node.callees.entrySet()) {
      var width = (double) WIDTH * callee.getValue().samples / samples;
      if (width >= NARROWEST) {
        box(callee.getKey(), callee.getValue(), x, width, row);
        callees(callee.getValue(), x, row + 1);
      }
      x += width;
    }
  }

  private void box(String method, Node node, double x, double width, int row) {
    var y = TOP + ROW * row;
    svg.append(
        format(
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%s: %.1f %%</title></rect>%n",
            x, y, width, ROW, colour(method), escaped(method), 100.0 * node.samples / samples));
    var letters = (int) ((width - 4) / LETTER);
    var name = row == 0 ? method : brief(method);
    if (letters >= 4) {
      var shown = name.length() > letters ? name.substring(0, letters - 1) + "…" : name;
      svg.append(format("<text x=\"%.1f\" y=\"%d\">%s</text>%n", x + 2, y + 12, escaped(shown)));
    }
  }

  /** Class and method without the package. */
  private static String brief(String method) {
    var end = method.lastIndexOf('.');
    return method.substring(method.lastIndexOf('.', end - 1) + 1);
  }

  private static String colour(String method) {
    return ORIGINS.stream()
        .filter(origin -> method.startsWith(origin.prefix))
        .findFirst()
        .map(Origin::colour)
        .orElse(REST);
  }
}
