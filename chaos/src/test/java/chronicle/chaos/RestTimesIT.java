package chronicle.chaos;

import static chronicle.chaos.RunningMesh.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times as people and programs write them into a URL. */
final class RestTimesIT {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

  private static String account = "";
  private static Instant time = Instant.EPOCH;

  @BeforeAll
  static void deposit() {
    account = GATEWAY.open(0);
    var recorded = GATEWAY.deposit(account, 100, Client.fresh("first")).getRecordTime();
    time = Instant.ofEpochSecond(recorded.getSeconds(), recorded.getNanos());
    ReadModel.await(GATEWAY.deposit(account, 11, Client.fresh("second")).getPosition());
  }

  @ParameterizedTest
  @ValueSource(strings = {"+00:00", "+01:00", "+05:45", "-03:30", "+14:00", "-12:00"})
  @DisplayName("G10: any UTC offset names the same moment, to the microsecond")
  void anyOffsetNamesTheSameMoment(String offset) throws Exception {
    var zone = ZoneOffset.of(offset);
    var then = MICROS.format(time.atOffset(zone));
    var before = MICROS.format(time.minusNanos(1_000).atOffset(zone));

    assertThat(posted("at", encoded(then))).contains("\"minor_units\":\"100\"");
    assertThat(posted("at", then)).as("+ as it is").contains("\"minor_units\":\"100\"");
    assertThat(posted("at", encoded(before))).contains("\"minor_units\":\"0\"");
    assertThat(posted("effective_at", encoded(then))).contains("\"minor_units\":\"100\"");
    assertThat(posted("effective_at", encoded(before))).contains("\"minor_units\":\"0\"");
  }

  @Test
  @DisplayName("G10: what is finer than a microsecond is cut off")
  void whatIsFinerIsCutOff() throws Exception {
    var micros = time.toString().replace("Z", "");
    micros = micros.contains(".") ? micros : micros + ".";
    var nine = micros + "0".repeat(6 - (micros.length() - micros.indexOf('.') - 1));

    assertThat(posted("at", nine + "999Z")).contains("\"minor_units\":\"100\"");
    assertThat(posted("at", encoded(nine + "9+00:00"))).contains("\"minor_units\":\"100\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-31T25:00:00Z",
        "2026-01-31T12:00:00+25:00",
        "10000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "1769860800"
      })
  @DisplayName("G13: a time that is none is INVALID_ARGUMENT")
  void aTimeThatIsNoneIsRefused(String text) throws Exception {
    var response = Http.get("/v1/accounts/%s/balance?at=%s".formatted(account, encoded(text)));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("\"code\":3");
  }

  private static String posted(String field, String text) throws IOException, InterruptedException {
    var response = Http.get("/v1/accounts/%s/balance?%s=%s".formatted(account, field, text));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body().substring(response.body().indexOf("\"posted\""));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
