package chronicle.runtime;

import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.instrumentation.runtimetelemetry.RuntimeTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.ExplicitBucketHistogramOptions;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process's metrics, served to Prometheus at {@code http://host:port/metrics}, and its traces,
 * exported by OTLP over HTTP only where {@code OTEL_EXPORTER_OTLP_ENDPOINT} or {@code
 * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT} says where to; every other {@code OTEL_*} variable is
 * honoured too.
 */
public final class Telemetry implements AutoCloseable {
  private static final String SCOPE = "chronicle";
  private static final long FLUSH_SECONDS_MAX = 5;

  /** Upper bounds of every histogram in seconds, 100 µs to 10 s. */
  private static final List<Double> BUCKETS_SECONDS =
      List.of(
          0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
          2.5, 5.0, 10.0);

  private final OpenTelemetrySdk sdk;
  private final RuntimeTelemetry jvm;
  private final boolean tracing;
  private final int metricsPort;

  private Telemetry(OpenTelemetrySdk sdk, boolean tracing, int metricsPort) {
    this.sdk = sdk;
    this.jvm = RuntimeTelemetry.create(sdk);
    this.tracing = tracing;
    this.metricsPort = metricsPort;
  }

  /**
   * Serves metrics at this host and port, 0 for any free one, and exports traces if the environment
   * says where to.
   */
  public static Telemetry start(String serviceName, String metricsHost, int metricsPort) {
    return start(serviceName, metricsHost, metricsPort, System.getenv());
  }

  static Telemetry start(
      String serviceName, String metricsHost, int metricsPort, Map<String, String> environment) {
    var tracing =
        environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
            || environment.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    var port = metricsPort == 0 ? freePort(metricsHost) : metricsPort;
    var sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .addPropertiesSupplier(() -> properties(serviceName, tracing))
            .addPropertiesCustomizer(_ -> otelProperties(environment))
            .addMeterProviderCustomizer((meters, _) -> prometheus(meters, metricsHost, port))
            .build()
            .getOpenTelemetrySdk();
    return new Telemetry(sdk, tracing, port);
  }

  /**
   * Makes the process's instruments; its counters gain the suffix {@code _total} and a unit's name
   * in Prometheus.
   */
  public Meter meter() {
    return sdk.getMeter(SCOPE);
  }

  /** Makes spans; ones that cost and record nothing where no traces are exported. */
  public Tracer tracer() {
    return tracing ? sdk.getTracer(SCOPE) : TracerProvider.noop().get(SCOPE);
  }

  /** Whether traces are exported. */
  public boolean tracing() {
    return tracing;
  }

  /**
   * A started span that goes on with a stored trace, or begins one; to be ended by the caller;
   * costs nothing where no traces are exported.
   */
  public Span startSpan(String name, SpanKind kind, String traceparent) {
    if (!tracing) {
      return Span.getInvalid();
    }
    return tracer()
        .spanBuilder(name)
        .setSpanKind(kind)
        .setParent(Traceparent.context(traceparent))
        .startSpan();
  }

  /** The port that serves metrics. */
  public int metricsPort() {
    return metricsPort;
  }

  /** Exports what is left, for a few seconds at most, and stops serving metrics. */
  @Override
  public void close() {
    jvm.close();
    var _ = sdk.shutdown().join(FLUSH_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static Map<String, String> properties(String serviceName, boolean tracing) {
    return Map.of(
        "otel.service.name", serviceName,
        "otel.traces.exporter", tracing ? "otlp" : "none",
        "otel.exporter.otlp.protocol", "http/protobuf",
        "otel.metrics.exporter", "none",
        "otel.logs.exporter", "none");
  }

  private static Map<String, String> otelProperties(Map<String, String> environment) {
    var properties = new HashMap<String, String>();
    environment.forEach((name, value) -> {
      if (name.startsWith("OTEL_")) {
        properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
      }
    });
    return properties;
  }

  private static SdkMeterProviderBuilder prometheus(
      SdkMeterProviderBuilder meters, String host, int port) {
    var seconds =
        InstrumentSelector.builder().setType(InstrumentType.HISTOGRAM).setUnit("s").build();
    var buckets =
        View.builder()
            .setAggregation(
                Aggregation.explicitBucketHistogram(
                    ExplicitBucketHistogramOptions.builder()
                        .setBucketBoundaries(BUCKETS_SECONDS)
                        .build()))
            .build();
    return meters
        .registerView(seconds, buckets)
        .registerMetricReader(
            PrometheusHttpServer.builder()
                .setHost(host)
                .setPort(port)
                .setOtelScopeLabelsEnabled(false)
                .build());
  }

  private static int freePort(String host) {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on " + host, e);
    }
  }
}
