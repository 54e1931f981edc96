package chronicle.query.statement;

import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementHeader.Axis;
import chronicle.query.v1.StatementSummary;
import com.google.protobuf.Timestamp;
import java.math.BigInteger;
import java.util.Locale;

/**
 * A statement as a page that stands alone, to be read and printed. It loads and runs nothing, and
 * says so to the browser; whatever a client wrote is text in it, whichever way that is written.
 */
final class HtmlForm implements DocumentForm {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <style>
      :root { color-scheme: light; }
      body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
      dt { color: #555; }
      dd { margin: 0; overflow-wrap: anywhere; }
      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      caption { text-align: left; color: #555; padding: .5rem 0; }
      th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
      thead th { border-bottom: 2px solid #1a1a1a; }
      small { display: block; color: #555; }
      .money { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
      time { white-space: nowrap; }
      @page { size: A4; margin: 15mm; }
      @media print {
        body { font-size: 9pt; max-width: none; margin: 0; padding: 0; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
      }
      </style>
      """;

  private final StatementHeader header;
  private final Decimals decimals;

  HtmlForm(StatementHeader header) {
    this.header = header;
    this.decimals = new Decimals(header.getScale());
  }

  @Override
  public String contentType() {
    return "text/html; charset=utf-8";
  }

  @Override
  public String begin() {
    return HEAD
        + """
        <title>Statement of %1$s</title>
        </head>
        <body>
        <h1>Statement of account %1$s</h1>
        <dl>
        <dt>Ledger</dt><dd>%2$s</dd>
        <dt>Period</dt><dd>%3$s up to, and without, %4$s</dd>
        <dt>Entries by</dt><dd>%5$s</dd>
        <dt>As known at</dt><dd>position %6$s, recorded %7$s</dd>
        <dt>Opening balance</dt><dd>%8$s %9$s</dd>
        <dt>Closing balance</dt><dd>%10$s %9$s</dd>
        </dl>
        <table>
        <caption>All entries of the period, the earliest first. Times are in UTC, amounts in %9$s.</caption>
        <thead>
        <tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Transaction</th><th scope="col">Other account</th>\
        <th scope="col">Reference</th><th scope="col" class="money">Amount</th><th scope="col" class="money">Balance</th></tr>
        </thead>
        <tbody>
        <tr><th scope="row" colspan="6">Opening balance</th><td class="money">%8$s</td></tr>
        """
            .formatted(
                text(header.getAccount()),
                text(header.getLedger()),
                time(header.getStartTime()),
                time(header.getEndTime()),
                header.getAxis() == Axis.EFFECTIVE_TIME
                    ? "the time they took effect"
                    : "the time they were recorded",
                Long.toString(header.getReadPosition()),
                time(header.getReadTime()),
                decimals.grouped(header.getOpeningBalance().getMinorUnits()),
                text(header.getCurrencyCode()),
                decimals.grouped(header.getClosingBalance().getMinorUnits()));
  }

  @Override
  public String entry(long number, StatementEntry entry) {
    return """
    <tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td><bdi>%s</bdi></td><td class="money">%s</td><td class="money">%s</td></tr>
    """
        .formatted(
            times(entry),
            text(words(entry.getType())),
            text(entry.getTransactionId()),
            text(entry.getCounterpartyAccount()),
            text(entry.getReference()),
            decimals.grouped(entry.getAmount().getMinorUnits()),
            decimals.grouped(entry.getBalanceAfter().getMinorUnits()));
  }

  @Override
  public String end(StatementSummary summary) {
    return """
    <tr><th scope="row" colspan="5">Total in</th><td class="money">%s</td><td></td></tr>
    <tr><th scope="row" colspan="5">Total out</th><td class="money">%s</td><td></td></tr>
    <tr><th scope="row" colspan="6">Closing balance</th><td class="money">%s</td></tr>
    </tbody>
    </table>
    <p>Number of entries: %s</p>
    </body>
    </html>
    """
        .formatted(
            decimals.grouped(new BigInteger(summary.getTotalIn().getMinorUnits())),
            decimals.grouped(new BigInteger(summary.getTotalOut().getMinorUnits())),
            decimals.grouped(summary.getClosingBalance().getMinorUnits()),
            Long.toString(summary.getEntryCount()));
  }

  /** The time of the axis, and where it is another one below it the other. */
  private String times(StatementEntry entry) {
    var recorded = time(entry.getRecordTime());
    var effective = time(entry.getEffectiveTime());
    if (entry.getRecordTime().equals(entry.getEffectiveTime())) {
      return recorded;
    }
    return header.getAxis() == Axis.EFFECTIVE_TIME
        ? effective + " <small>recorded " + recorded + "</small>"
        : recorded + " <small>effective " + effective + "</small>";
  }

  private static String time(Timestamp time) {
    return "<time datetime=\"%s\">%s</time>"
        .formatted(TimeText.exact(time), TimeText.readable(time));
  }

  /** {@code MoneyDeposited} as {@code Money deposited}. */
  private static String words(String type) {
    var first = type.isEmpty() ? 0 : 1;
    var rest = type.substring(first).replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    return type.substring(0, first) + rest;
  }

  private static String text(String written) {
    return written
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
