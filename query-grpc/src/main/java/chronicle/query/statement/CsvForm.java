package chronicle.query.statement;

import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementHeader.Axis;
import chronicle.query.v1.StatementSummary;
import com.google.protobuf.Timestamp;
import java.math.BigInteger;

/**
 * A statement as a table of RFC 4180, every line with all columns. What a client wrote is never a
 * formula where a spreadsheet opens it: it gets an apostrophe before it.
 */
final class CsvForm implements DocumentForm {
  private static final String COLUMNS =
      "account,type,record_time,effective_time,position,transaction_id,counterparty_account,reference,amount,balance,"
          + "currency_code\r\n";
  private static final String FORMULA_BEGINS_WITH = "=+-@\t\r\n";
  private static final String QUOTED = "\",\r\n";

  private final StatementHeader header;
  private final Decimals decimals;

  CsvForm(StatementHeader header) {
    this.header = header;
    this.decimals = new Decimals(header.getScale());
  }

  @Override
  public String contentType() {
    return "text/csv; charset=utf-8; header=present";
  }

  @Override
  public String begin() {
    var opening = decimals.plain(header.getOpeningBalance().getMinorUnits());
    return COLUMNS + balance("OpeningBalance", header.getStartTime(), opening);
  }

  @Override
  public String entry(long number, StatementEntry entry) {
    return line(
        entry.getType(),
        TimeText.exact(entry.getRecordTime()),
        TimeText.exact(entry.getEffectiveTime()),
        Long.toString(entry.getPosition()),
        entry.getTransactionId(),
        entry.getCounterpartyAccount(),
        text(entry.getReference()),
        decimals.plain(entry.getAmount().getMinorUnits()),
        decimals.plain(entry.getBalanceAfter().getMinorUnits()));
  }

  @Override
  public String end(StatementSummary summary) {
    var closing = decimals.plain(summary.getClosingBalance().getMinorUnits());
    return total("TotalIn", summary.getTotalIn().getMinorUnits())
        + total("TotalOut", summary.getTotalOut().getMinorUnits())
        + balance("ClosingBalance", header.getEndTime(), closing);
  }

  private String total(String type, String minorUnits) {
    return line(type, "", "", "", "", "", "", decimals.plain(new BigInteger(minorUnits)), "");
  }

  /** A balance at a time of the axis, and the position it rests on. */
  private String balance(String type, Timestamp time, String balance) {
    var at = TimeText.exact(time);
    var effective = header.getAxis() == Axis.EFFECTIVE_TIME;
    var position = Long.toString(header.getReadPosition());
    return line(type, effective ? "" : at, effective ? at : "", position, "", "", "", "", balance);
  }

  private String line(String... columns) {
    var line = new StringBuilder(header.getAccount());
    for (var column : columns) {
      line.append(',').append(column);
    }
    return line.append(',').append(header.getCurrencyCode()).append("\r\n").toString();
  }

  private static String text(String written) {
    var formula = !written.isEmpty() && FORMULA_BEGINS_WITH.indexOf(written.charAt(0)) >= 0;
    var text = formula ? "'" + written : written;
    var quoted = text.chars().anyMatch(c -> QUOTED.indexOf(c) >= 0);
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
