package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.SpanKind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class TelemetryTest {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "00-" + TRACE_ID + "-b7ad6b7169203331-01";

  @Test
  void instrumentsHaveTheNamesThatPrometheusExpects() throws Exception {
    try (var telemetry = Telemetry.start("test", "127.0.0.1", 0, Map.of())) {
      var meter = telemetry.meter();
      meter.counterBuilder("chronicle.events.written").build().add(3);
      meter.histogramBuilder("chronicle.event.write.duration").setUnit("s").build().record(0.0002);
      meter.gaugeBuilder("chronicle.read.lag").setUnit("s").build().set(1.5);

      var scrape = scrape(telemetry);

      assertThat(scrape)
          .contains("\nchronicle_events_written_total 3.0\n")
          .contains("\nchronicle_event_write_duration_seconds_bucket{le=\"1.0E-4\"} 0\n")
          .contains("\nchronicle_event_write_duration_seconds_bucket{le=\"2.5E-4\"} 1\n")
          .contains("\nchronicle_event_write_duration_seconds_bucket{le=\"10.0\"} 1\n")
          .contains("\nchronicle_event_write_duration_seconds_count 1\n")
          .contains("\nchronicle_read_lag_seconds 1.5\n")
          .contains("\njvm_memory_used_bytes{")
          .doesNotContain("otel_scope");
    }
  }

  @Test
  void withoutAnEndpointSpansAreNotMade() {
    try (var telemetry = Telemetry.start("test", "127.0.0.1", 0, Map.of())) {
      var span = telemetry.startSpan("work", SpanKind.CONSUMER, PARENT);

      assertThat(span.getSpanContext().isValid()).isFalse();
      assertThat(telemetry.tracing()).isFalse();
    }
  }

  @Test
  void spansGoOnWithAStoredTraceAndAreExported() throws Exception {
    var exported = new ConcurrentLinkedQueue<String>();
    var collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          exported.add(HexFormat.of().formatHex(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    var endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();

    try (var telemetry =
        Telemetry.start("test", "127.0.0.1", 0, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint))) {
      var span = telemetry.startSpan("work", SpanKind.CONSUMER, PARENT);
      assertThat(Traceparent.of(span.getSpanContext()))
          .startsWith("00-" + TRACE_ID)
          .endsWith("-01");
      span.end();
    }

    assertThat(exported).anyMatch(body -> body.contains(TRACE_ID));
    collector.stop(0);
  }

  @Test
  void aMalformedTraceparentIsNone() {
    assertThat(Traceparent.of(Traceparent.parse(PARENT))).isEqualTo(PARENT);
    assertThat(Traceparent.of(Traceparent.parse("00-nonsense"))).isEmpty();
    assertThat(Traceparent.of(Traceparent.parse(""))).isEmpty();
  }

  private static String scrape(Telemetry telemetry) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var metrics = URI.create("http://127.0.0.1:" + telemetry.metricsPort() + "/metrics");
      return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString()).body();
    }
  }
}
