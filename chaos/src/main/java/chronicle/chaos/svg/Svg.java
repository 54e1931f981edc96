package chronicle.chaos.svg;

import java.util.Locale;

/** Writes SVG. */
public final class Svg {
  private Svg() {}

  /** The text as it stands between tags or in an attribute. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Formats without a decimal comma, which would be no SVG. */
  @SuppressWarnings("AnnotateFormatMethod")
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
