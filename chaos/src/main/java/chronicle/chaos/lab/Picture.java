package chronicle.chaos.lab;

import chronicle.chaos.svg.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Throughput and lag over time as SVG, with what happened marked. */
record Picture(Result result) {
  private static final int WIDTH = 960;
  private static final int PLOT_HEIGHT = 150;
  private static final int LEFT = 60;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int GAP = 60;
  private static final int LAG_TOP = TOP + PLOT_HEIGHT + GAP;
  private static final int LEGEND_TOP = LAG_TOP + PLOT_HEIGHT + 50;
  private static final int LINE_HEIGHT = 16;
  private static final int BINS = 120;
  private static final int MARKS_MAX = 60;

  private record Point(double x, double y) {}

  /** The whole file. */
  String svg() {
    var marks = result.marks().stream().limit(MARKS_MAX).toList();
    var text = new StringBuilder();
    text.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d"
          font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        <text x="%3$d" y="20" font-size="14">%4$s: %5$s</text>
        """
            .formatted(
                WIDTH,
                LEGEND_TOP + (marks.size() + 1) * LINE_HEIGHT,
                LEFT,
                result.scenario().name(),
                result.scenario().title()));
    text.append(plot(TOP, "deposits acknowledged per second", throughput(), "#1f6feb", marks));
    text.append(plot(LAG_TOP, "read model behind, s", lag(), "#c2410c", marks));
    text.append(legend(marks));
    return text.append("</svg>\n").toString();
  }

  private String plot(
      int top, String title, List<Point> points, String colour, List<Timeline.Mark> marks) {
    var most = nice(points.stream().mapToDouble(Point::y).max().orElse(1));
    var line =
        points.stream()
            .map(point -> number(x(point.x)) + "," + number(y(top, point.y, most)))
            .collect(Collectors.joining(" "));
    var bottom = top + PLOT_HEIGHT;
    var text = new StringBuilder();
    text.append(shade(top));
    text.append(
        """
        <text x="%d" y="%d">%s</text>
        <text x="%d" y="%d" text-anchor="end">%s</text>
        <text x="%d" y="%d" text-anchor="end">0</text>
        <path d="M%d %dV%dH%d" fill="none" stroke="#666"/>
        <text x="%d" y="%d" text-anchor="end">%s s</text>
        <polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>
        """
            .formatted(
                LEFT,
                top - 6,
                title,
                LEFT - 6,
                top + 10,
                number(most),
                LEFT - 6,
                bottom,
                LEFT,
                top,
                bottom,
                WIDTH - RIGHT,
                WIDTH - RIGHT,
                bottom + 15,
                number(seconds(end())),
                line,
                colour));
    for (int i = 0; i < marks.size(); i++) {
      text.append(mark(i + 1, seconds(marks.get(i).nanos()), top));
    }
    return text.toString();
  }

  /** The time in which something was harmed. */
  private String shade(int top) {
    var from = x(seconds(result.phases().harmed()));
    var to = x(seconds(result.phases().whole()));
    return "<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"#fde8e8\"/>%n"
        .formatted(number(from), top, number(to - from), PLOT_HEIGHT);
  }

  private String mark(int number, double seconds, int top) {
    var x = number(x(seconds));
    return """
    <path d="M%s %dV%d" stroke="#999" stroke-dasharray="3 3"/>
    <text x="%s" y="%d" text-anchor="middle" font-size="10">%d</text>
    """
        .formatted(x, top, top + PLOT_HEIGHT, x, top + PLOT_HEIGHT + 12, number);
  }

  private String legend(List<Timeline.Mark> marks) {
    var text = new StringBuilder();
    for (int i = 0; i < marks.size(); i++) {
      text.append(
          "<text x=\"%d\" y=\"%d\">%d  %s s  %s</text>%n"
              .formatted(
                  LEFT,
                  LEGEND_TOP + i * LINE_HEIGHT,
                  i + 1,
                  number(seconds(marks.get(i).nanos())),
                  Svg.escaped(marks.get(i).what())));
    }
    return text.toString();
  }

  private List<Point> throughput() {
    var width = (end() - begin()) / BINS;
    var counts = new long[BINS];
    for (var acknowledged : result.deposits().all()) {
      var bin = (acknowledged.nanos() - begin()) / width;
      if (bin >= 0 && bin < BINS) {
        counts[(int) bin]++;
      }
    }
    var points = new ArrayList<Point>();
    for (int bin = 0; bin < BINS; bin++) {
      points.add(new Point((bin + 0.5) * width / 1e9, counts[bin] * 1e9 / width));
    }
    return points;
  }

  private List<Point> lag() {
    var lags = result.acknowledged().lags(result.lags());
    var points = new ArrayList<Point>();
    for (int i = 0; i < lags.size(); i++) {
      var nanos = result.lags().get(i).nanos();
      if (nanos >= begin() && nanos <= end()) {
        points.add(new Point(seconds(nanos), lags.get(i).toNanos() / 1e9));
      }
    }
    return points;
  }

  private long begin() {
    return result.phases().begun();
  }

  private long end() {
    return result.phases().ended();
  }

  private double seconds(long nanos) {
    return (nanos - begin()) / 1e9;
  }

  private double x(double seconds) {
    return LEFT + seconds / seconds(end()) * (WIDTH - LEFT - RIGHT);
  }

  private static double y(int top, double value, double most) {
    return top + PLOT_HEIGHT * (1 - value / most);
  }

  /** The next number above that people like on an axis. */
  private static double nice(double value) {
    var magnitude = Math.pow(10, Math.floor(Math.log10(Math.max(value, 0.1))));
    for (var step : new double[] {1, 2, 5}) {
      if (value <= step * magnitude) {
        return step * magnitude;
      }
    }
    return 10 * magnitude;
  }

  private static String number(double value) {
    var text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
