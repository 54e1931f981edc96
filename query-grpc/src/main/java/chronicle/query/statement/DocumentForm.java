package chronicle.query.statement;

import chronicle.query.v1.DownloadStatementRequest.Format;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementSummary;

/**
 * One statement as text: what {@link #begin}, {@link #entry} for each entry in order, and {@link
 * #end} return, joined. The same messages give the same text.
 */
public sealed interface DocumentForm permits CsvForm, HtmlForm, JsonForm {
  /** The media type, with its character set. */
  String contentType();

  /** What stands before the entries. */
  String begin();

  /** An entry, the first one being number 1. */
  String entry(long number, StatementEntry entry);

  /** What stands after the entries. */
  String end(StatementSummary summary);

  /** The form of a statement that is asked for; JSON where none is. */
  static DocumentForm of(Format format, StatementHeader header) {
    return switch (format) {
      case FORMAT_UNSPECIFIED, JSON -> new JsonForm(header);
      case CSV -> new CsvForm(header);
      case HTML -> new HtmlForm(header);
      case UNRECOGNIZED -> throw new IllegalArgumentException("no format");
    };
  }
}
