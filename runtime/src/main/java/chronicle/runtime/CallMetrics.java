package chronicle.runtime;

import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.EnumMap;
import java.util.Map;

/** How long calls took, by method and code, and why they failed, by method and reason. */
final class CallMetrics {
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
  private static final AttributeKey<String> CODE =
      AttributeKey.stringKey("rpc.response.status_code");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
  private static final double NANOS_PER_SECOND = 1e9;

  private final DoubleHistogram duration;
  private final LongCounter errors;

  CallMetrics(Meter meter) {
    this.duration =
        meter
            .histogramBuilder("rpc.server.call.duration")
            .setUnit("s")
            .setDescription("Time from a call's headers to its status")
            .build();
    this.errors =
        meter
            .counterBuilder("chronicle.errors")
            .setDescription("Calls answered with an error, by the reason of its ErrorInfo")
            .build();
  }

  Method of(String name) {
    return new Method(name);
  }

  /** The metrics of one method. */
  final class Method {
    private final String name;
    private final Map<Status.Code, Attributes> codes = new EnumMap<>(Status.Code.class);

    private Method(String name) {
      this.name = name;
      for (var code : Status.Code.values()) {
        codes.put(code, Attributes.of(METHOD, name, CODE, code.name()));
      }
    }

    void record(Status.Code code, long nanos) {
      duration.record(nanos / NANOS_PER_SECOND, codes.get(code));
    }

    void countReason(String reason) {
      errors.add(1, Attributes.of(METHOD, name, REASON, reason));
    }
  }
}
