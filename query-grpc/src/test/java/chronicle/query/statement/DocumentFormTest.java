package chronicle.query.statement;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.DownloadStatementRequest.Format;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementSummary;
import chronicle.type.v1.Money;
import chronicle.type.v1.Total;
import com.google.gson.JsonParser;
import com.google.protobuf.Timestamp;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DocumentFormTest {
  private static final String HOSTILE =
      "</td><script>alert(1)</script>\" onload='x' &amp; \u202eabc";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0|0|0",
        "-5|0|-5|-5",
        "1234567|0|1234567|1,234,567",
        "-123456|0|-123456|-123,456",
        "5|2|0.05|0.05",
        "-5|2|-0.05|-0.05",
        "123456|2|1234.56|1,234.56",
        "-12345678|2|-123456.78|-123,456.78",
        "-9223372036854775808|18|-9.223372036854775808|-9.223372036854775808",
        "9223372036854775807|4|922337203685477.5807|922,337,203,685,477.5807",
      })
  void moneyIsExactInItsScale(long minorUnits, int scale, String plain, String grouped) {
    var decimals = new Decimals(scale);

    assertThat(decimals.plain(minorUnits)).isEqualTo(plain);
    assertThat(decimals.grouped(minorUnits)).isEqualTo(grouped);
  }

  @Test
  @DisplayName("What a client wrote is text in a page, and can end or begin nothing")
  void htmlIsEscaped() {
    var page = document(Format.HTML, entry(HOSTILE));

    assertThat(page)
        .contains(
            "<td><bdi>&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp;amp; \u202eabc</bdi></td>")
        .doesNotContain("<script")
        .contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"");
  }

  @Test
  void aPageIsATableWhoseHeadIsRepeatedInPrint() {
    var page = document(Format.HTML, entry("rent"));

    assertThat(page)
        .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
        .endsWith("</html>\n")
        .contains("@media print", "display: table-header-group", "<caption>", "<th scope=\"col\">")
        .contains(
            "<th scope=\"row\" colspan=\"6\">Opening balance</th><td class=\"money\">-1.00</td>")
        .contains("<td class=\"money\">1,234.56</td><td class=\"money\">1,233.56</td>")
        .contains("Money deposited")
        .doesNotContain("src=", "href=");
  }

  @Test
  void csvQuotesWhatMustBeAndDefusesFormulas() {
    assertThat(document(Format.CSV, entry("a \"b\", c\r\nd")))
        .contains(",external:EUR,\"a \"\"b\"\", c\r\nd\",1234.56,1233.56,EUR\r\n");
    assertThat(document(Format.CSV, entry("=HYPERLINK(\"x\")")))
        .contains(",external:EUR,\"'=HYPERLINK(\"\"x\"\")\",1234.56,");
    for (var formula : new String[] {"+1", "-1", "@x", "\t=1"}) {
      assertThat(document(Format.CSV, entry(formula))).contains(",'" + formula + ",1234.56,");
    }
  }

  @Test
  void everyLineOfCsvHasAllColumns() {
    var lines = document(Format.CSV, entry("rent")).split("\r\n", -1);

    assertThat(lines)
        .containsExactly(
            "account,type,record_time,effective_time,position,transaction_id,counterparty_account,reference,amount,"
                + "balance,currency_code",
            "alice,OpeningBalance,2026-01-01T00:00:00.000000Z,,42,,,,,-1.00,EUR",
            "alice,MoneyDeposited,2026-01-02T00:00:00.000001Z,2026-01-01T12:00:00.000000Z,7,t-1,external:EUR,rent,1234.56,"
                + "1233.56,EUR",
            "alice,TotalIn,,,,,,,1234.56,,EUR",
            "alice,TotalOut,,,,,,,0.00,,EUR",
            "alice,ClosingBalance,2026-02-01T00:00:00.000000Z,,42,,,,,1233.56,EUR",
            "");
  }

  @Test
  void jsonIsOneObject() {
    var form = DocumentForm.of(Format.FORMAT_UNSPECIFIED, header());
    var two =
        form.begin()
            + form.entry(1, entry(HOSTILE))
            + form.entry(2, entry("rent"))
            + form.end(summary());

    var json = JsonParser.parseString(two).getAsJsonObject();

    var first = json.getAsJsonArray("entries").get(0).getAsJsonObject();
    assertThat(first.get("reference").getAsString()).isEqualTo(HOSTILE);
    assertThat(first.getAsJsonObject("amount").get("minor_units").getAsString())
        .isEqualTo("123456");
    assertThat(json.getAsJsonArray("entries")).hasSize(2);
    assertThat(json.getAsJsonObject("summary").get("entry_count").getAsString()).isEqualTo("1");
    assertThat(two).doesNotContain("<script");
  }

  @Test
  void jsonWithoutEntriesIsOneToo() {
    var form = DocumentForm.of(Format.JSON, header());

    var json = JsonParser.parseString(form.begin() + form.end(summary())).getAsJsonObject();

    assertThat(json.getAsJsonArray("entries")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"JSON", "CSV", "HTML"})
  @DisplayName("G10: the bytes of a document do not depend on where it is made")
  void theLocaleOfTheServerSaysNothing(Format format) {
    var before = Locale.getDefault();
    var here = document(format, entry("rent"));
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(document(format, entry("rent"))).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String document(Format format, StatementEntry entry) {
    var form = DocumentForm.of(format, header());
    return form.begin() + form.entry(1, entry) + form.end(summary());
  }

  private static StatementHeader header() {
    return StatementHeader.newBuilder()
        .setLedger("main")
        .setAccount("alice")
        .setCurrencyCode("EUR")
        .setScale(2)
        .setStartTime(Timestamp.newBuilder().setSeconds(1_767_225_600))
        .setEndTime(Timestamp.newBuilder().setSeconds(1_769_904_000))
        .setAxis(StatementHeader.Axis.RECORD_TIME)
        .setReadPosition(42)
        .setOpeningBalance(euros(-100))
        .setClosingBalance(euros(123_356))
        .build();
  }

  private static StatementEntry entry(String reference) {
    return StatementEntry.newBuilder()
        .setPosition(7)
        .setRecordTime(Timestamp.newBuilder().setSeconds(1_767_312_000).setNanos(1_000))
        .setEffectiveTime(Timestamp.newBuilder().setSeconds(1_767_268_800))
        .setType("MoneyDeposited")
        .setTransactionId("t-1")
        .setCounterpartyAccount("external:EUR")
        .setReference(reference)
        .setAmount(euros(123_456))
        .setBalanceAfter(euros(123_356))
        .build();
  }

  private static StatementSummary summary() {
    return StatementSummary.newBuilder()
        .setEntryCount(1)
        .setTotalIn(total("123456"))
        .setTotalOut(total("0"))
        .setClosingBalance(euros(123_356))
        .build();
  }

  private static Money euros(long minorUnits) {
    return Money.newBuilder().setCurrencyCode("EUR").setMinorUnits(minorUnits).build();
  }

  private static Total total(String minorUnits) {
    return Total.newBuilder().setCurrencyCode("EUR").setMinorUnits(minorUnits).build();
  }
}
