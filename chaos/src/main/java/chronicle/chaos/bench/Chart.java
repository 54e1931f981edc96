package chronicle.chaos.bench;

import static chronicle.chaos.svg.Svg.escaped;
import static chronicle.chaos.svg.Svg.format;

import java.util.List;

/** Draws SVG that is readable on a light ground and on a dark one. */
final class Chart {
  private static final int WIDTH = 860;
  private static final int MARGIN = 16;
  private static final int TITLE = 34;
  private static final int BAR = 18;
  private static final int NAMES = 300;
  private static final int VALUES = 80;
  private static final int PLOT_LEFT = 80;
  private static final int PLOT_RIGHT = 640;
  private static final int PLOT_TOP = 50;
  private static final int PLOT_BOTTOM = 350;
  private static final int GRID_LINES = 5;
  private static final double LEAST = 1e-9;
  private static final List<String> COLOURS =
      List.of(
          "#3b82c4", "#d9822b", "#3a9d5d", "#c0504d", "#8a63c9", "#8c7a3d", "#c45a9b", "#4aa6a6");

  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img">
      <title>%3$s</title>
      <style>
        text { font: 12px sans-serif; fill: #222 }
        .title { font-size: 15px; font-weight: bold }
        .grid { stroke: #8886 }
        @media (prefers-color-scheme: dark) { text { fill: #ddd } }
      </style>
      """;

  private Chart() {}

  /** A bar, of a length of its value, and what stands beside it. */
  record Bar(String name, double value, String label) {}

  /** One value at one place. */
  record Point(double x, double y) {}

  /** A line with a name. */
  record Series(String name, List<Point> points) {}

  /** Horizontal bars; those without a name belong to the one above. */
  static String bars(String title, List<Bar> bars) {
    var max = Math.max(LEAST, bars.stream().mapToDouble(Bar::value).max().orElse(LEAST));
    var svg = head(title, TITLE + BAR * bars.size() + MARGIN);
    var group = -1;
    for (int i = 0; i < bars.size(); i++) {
      var bar = bars.get(i);
      group += bar.name.isEmpty() ? 0 : 1;
      var y = TITLE + BAR * i;
      var length = Math.max(1, (WIDTH - NAMES - VALUES - MARGIN) * bar.value / max);
      text(svg, NAMES - 8, y + BAR - 5, "end", bar.name);
      svg.append(
          format(
              "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
              NAMES, y + 2, length, BAR - 4, colour(group)));
      text(svg, NAMES + length + 6, y + BAR - 5, "start", bar.label);
    }
    return svg.append("</svg>\n").toString();
  }

  /** Lines over a logarithmic axis from the least x to the greatest; y begins at 0. */
  static String lines(String title, String xName, String yName, List<Series> lines) {
    var points = lines.stream().flatMap(line -> line.points.stream()).toList();
    var scale =
        new Scale(
            points.stream().mapToDouble(Point::x).min().orElse(1),
            points.stream().mapToDouble(Point::x).max().orElse(1),
            Math.max(LEAST, points.stream().mapToDouble(Point::y).max().orElse(LEAST)));
    var svg = head(title, PLOT_BOTTOM + 50);
    grid(svg, scale, points, xName, yName);
    for (int i = 0; i < lines.size(); i++) {
      line(svg, scale, lines.get(i), colour(i));
      text(svg, PLOT_RIGHT + 36, PLOT_TOP + 20 * i + 10, "start", lines.get(i).name);
      svg.append(
          format(
              "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>%n",
              PLOT_RIGHT + 18, PLOT_TOP + 20 * i, colour(i)));
    }
    return svg.append("</svg>\n").toString();
  }

  private static void grid(
      StringBuilder svg, Scale scale, List<Point> points, String xName, String yName) {
    for (int i = 0; i <= GRID_LINES; i++) {
      var value = scale.yMax * i / GRID_LINES;
      var y = scale.y(value);
      svg.append(
          format(
              "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>%n",
              PLOT_LEFT, y, PLOT_RIGHT, y));
      text(svg, PLOT_LEFT - 8, y + 4, "end", format("%,.0f", value));
    }
    points.stream()
        .map(Point::x)
        .distinct()
        .sorted()
        .filter(x -> points.size() < 40 || x == scale.xMin || x == scale.xMax)
        .forEach(x -> text(svg, scale.x(x), PLOT_BOTTOM + 18, "middle", format("%,.0f", x)));
    text(svg, (PLOT_LEFT + PLOT_RIGHT) / 2.0, PLOT_BOTTOM + 38, "middle", xName);
    text(svg, PLOT_LEFT - 8, PLOT_TOP - 8, "end", yName);
  }

  private static void line(StringBuilder svg, Scale scale, Series line, String colour) {
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour + "\" points=\"");
    line.points.forEach(
        point -> svg.append(format("%.1f,%.1f ", scale.x(point.x), scale.y(point.y))));
    svg.append("\"/>\n");
    line.points.forEach(point ->
        svg.append(
            format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                scale.x(point.x), scale.y(point.y), colour)));
  }

  private static StringBuilder head(String title, int height) {
    var svg = new StringBuilder(format(HEAD, WIDTH, height, escaped(title)));
    return svg.append(
        format("<text class=\"title\" x=\"%d\" y=\"22\">%s</text>%n", MARGIN, escaped(title)));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    if (!text.isEmpty()) {
      svg.append(
          format(
              "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
              x, y, anchor, escaped(text)));
    }
  }

  private static String colour(int number) {
    return COLOURS.get(Math.floorMod(number, COLOURS.size()));
  }

  private record Scale(double xMin, double xMax, double yMax) {
    double x(double value) {
      var share = xMax == xMin ? 0.5 : Math.log(value / xMin) / Math.log(xMax / xMin);
      return PLOT_LEFT + share * (PLOT_RIGHT - PLOT_LEFT);
    }

    double y(double value) {
      return PLOT_BOTTOM - value / yMax * (PLOT_BOTTOM - PLOT_TOP);
    }
  }
}
