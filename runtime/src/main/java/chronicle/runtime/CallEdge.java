package chronicle.runtime;

import chronicle.error.v1.ErrorReason;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands between the network and every handler: a request reaches a handler only if it is one
 * well-formed, valid message, and whatever a handler throws leaves as the status that {@link
 * Failures} says. No input of a client yields INTERNAL or UNKNOWN. A handler may answer from any
 * thread; once the edge has ended a call, the handler's listener is told of a cancellation and its
 * further answers are dropped.
 */
final class CallEdge {
  private static final Logger ACCESS = LoggerFactory.getLogger("chronicle.access");
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin",
          ProtoUtils.metadataMarshaller(com.google.rpc.Status.getDefaultInstance()));

  private final RequestRules rules;
  private final Set<String> validatedByHandlers;
  private final Telemetry telemetry;
  private final CallMetrics metrics;

  CallEdge(RequestRules rules, Set<String> validatedByHandlers, Telemetry telemetry) {
    this.rules = rules;
    this.validatedByHandlers = validatedByHandlers;
    this.telemetry = telemetry;
    this.metrics = new CallMetrics(telemetry.meter());
  }

  /** The same service behind the edge. */
  ServerServiceDefinition guard(ServerServiceDefinition service) {
    var methods = new ArrayList<ServerMethodDefinition<?, ?>>();
    for (var method : service.getMethods()) {
      methods.add(guard(method));
    }
    var descriptor =
        ServiceDescriptor.newBuilder(service.getServiceDescriptor().getName())
            .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    var guarded = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(guarded::addMethod);
    return guarded.build();
  }

  private <Q, A> ServerMethodDefinition<Parsed<Q>, A> guard(ServerMethodDefinition<Q, A> method) {
    var descriptor = method.getMethodDescriptor();
    var handler = method.getServerCallHandler();
    var calls = metrics.of(descriptor.getFullMethodName());
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new ParsedMarshaller<>(descriptor.getRequestMarshaller()),
                descriptor.getResponseMarshaller())
            .build(),
        (call, headers) ->
            start(
                new EdgeCall<>(call, descriptor, calls, span(descriptor, headers)),
                headers,
                handler));
  }

  private <Q, A> ServerCall.Listener<Parsed<Q>> start(
      EdgeCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> handler) {
    var context = context(call.span, headers);
    var previous = context.attach();
    try {
      return new EdgeListener<>(call, handler.startCall(call, headers), context);
    } catch (Throwable thrown) {
      call.fail(thrown);
      return new ServerCall.Listener<>() {};
    } finally {
      context.detach(previous);
    }
  }

  private Span span(MethodDescriptor<?, ?> method, Metadata headers) {
    if (!telemetry.tracing()) {
      return Span.getInvalid();
    }
    var parent = headers.get(Traceparent.HEADER);
    var span =
        telemetry.startSpan(
            method.getFullMethodName(),
            SpanKind.SERVER,
            parent == null ? Traceparent.NONE : parent);
    span.setAttribute("rpc.system", "grpc");
    span.setAttribute("rpc.method", method.getFullMethodName());
    return span;
  }

  private static Context context(Span span, Metadata headers) {
    var own = span.getSpanContext();
    if (own.isValid()) {
      return Context.current().withValue(Traceparent.CURRENT, Traceparent.of(own));
    }
    var header = headers.get(Traceparent.HEADER);
    return header == null
        ? Context.current()
        : Context.current()
            .withValue(Traceparent.CURRENT, Traceparent.of(Traceparent.parse(header)));
  }

  /** A request as it came off the wire. */
  private sealed interface Parsed<Q> {
    record WellFormed<Q>(Q message) implements Parsed<Q> {}

    record Malformed<Q>(RuntimeException why) implements Parsed<Q> {}
  }

  /**
   * Makes of malformed bytes a value, since gRPC ends a call whose marshaller throws with UNKNOWN
   * or INTERNAL.
   */
  private record ParsedMarshaller<Q>(MethodDescriptor.Marshaller<Q> marshaller)
      implements MethodDescriptor.Marshaller<Parsed<Q>> {
    @Override
    public InputStream stream(Parsed<Q> request) {
      throw new IllegalStateException("a server sends no requests");
    }

    @Override
    public Parsed<Q> parse(InputStream stream) {
      try {
        return new Parsed.WellFormed<>(marshaller.parse(stream));
      } catch (RuntimeException e) {
        return new Parsed.Malformed<>(malformed(e));
      }
    }

    private static RuntimeException malformed(RuntimeException thrown) {
      if (thrown instanceof StatusRuntimeException e
          && e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        return e;
      }
      var why =
          thrown.getCause() instanceof InvalidProtocolBufferException e
              ? String.valueOf(e.getMessage())
              : "the bytes can't be read";
      return Failure.invalid("", "The request is not a well-formed message: " + why);
    }
  }

  /** A call as its handler sees it: safe to answer from any thread, and ended once. */
  private static final class EdgeCall<Q, A> extends ServerCall<Q, A> {
    private final ServerCall<Parsed<Q>, A> call;
    private final MethodDescriptor<Q, A> method;
    private final CallMetrics.Method metrics;
    private final Span span;
    private final long startNanos = System.nanoTime();
    private boolean closed;

    EdgeCall(
        ServerCall<Parsed<Q>, A> call,
        MethodDescriptor<Q, A> method,
        CallMetrics.Method metrics,
        Span span) {
      this.call = call;
      this.method = method;
      this.metrics = metrics;
      this.span = span;
    }

    void fail(Throwable thrown) {
      var status = Failures.status(thrown);
      var trailers = new Metadata();
      if (status.getDetailsCount() > 0) {
        trailers.put(DETAILS, status);
      }
      end(Status.fromCodeValue(status.getCode()).withDescription(status.getMessage()), trailers);
      reason(status).ifPresent(metrics::countReason);
    }

    private static Optional<String> reason(com.google.rpc.Status status) {
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          try {
            return Optional.of(detail.unpack(ErrorInfo.class).getReason());
          } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an ErrorInfo that is none", e);
          }
        }
      }
      return Optional.empty();
    }

    @Override
    public void close(Status status, Metadata trailers) {
      var thrown = status.getCause();
      if (status.getCode() == Status.Code.UNKNOWN && thrown != null) {
        fail(thrown);
      } else {
        end(status, trailers);
      }
    }

    private synchronized void end(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        call.close(status, trailers);
        finished(status);
      }
    }

    /** Notes an end that the client brought about, which no answer of ours did. */
    synchronized void cancelled() {
      if (!closed) {
        closed = true;
        finished(Status.CANCELLED);
      }
    }

    private void finished(Status status) {
      var nanos = System.nanoTime() - startNanos;
      metrics.record(status.getCode(), nanos);
      if (ACCESS.isDebugEnabled()) {
        logAccess(status.getCode(), nanos);
      }
      if (!status.isOk()) {
        span.setStatus(StatusCode.ERROR, status.getCode().name());
      }
      span.end();
    }

    private void logAccess(Status.Code code, long nanos) {
      ACCESS
          .atDebug()
          .setMessage("Call")
          .addKeyValue("method", method.getFullMethodName())
          .addKeyValue("code", code.name())
          .addKeyValue("duration_micros", nanos / 1_000)
          .log();
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!closed) {
        call.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!closed) {
        call.sendMessage(message);
      }
    }

    @Override
    public void request(int count) {
      call.request(count);
    }

    @Override
    public boolean isReady() {
      return call.isReady();
    }

    @Override
    public boolean isCancelled() {
      return call.isCancelled();
    }

    @Override
    public void setMessageCompression(boolean enabled) {
      call.setMessageCompression(enabled);
    }

    @Override
    public void setCompression(String compressor) {
      call.setCompression(compressor);
    }

    @Override
    public void setOnReadyThreshold(int bytes) {
      call.setOnReadyThreshold(bytes);
    }

    @Override
    public SecurityLevel getSecurityLevel() {
      return call.getSecurityLevel();
    }

    @Override
    public Attributes getAttributes() {
      return call.getAttributes();
    }

    @Override
    public @Nullable String getAuthority() {
      return call.getAuthority();
    }

    @Override
    public MethodDescriptor<Q, A> getMethodDescriptor() {
      return method;
    }
  }

  private final class EdgeListener<Q, A> extends ServerCall.Listener<Parsed<Q>> {
    private final EdgeCall<Q, A> call;
    private final ServerCall.Listener<Q> handler;
    private final Context context;
    private @Nullable Q last;
    private boolean over;

    EdgeListener(EdgeCall<Q, A> call, ServerCall.Listener<Q> handler, Context context) {
      this.call = call;
      this.handler = handler;
      this.context = context;
    }

    @Override
    public void onMessage(Parsed<Q> request) {
      run(() -> handler.onMessage(accepted(request)));
    }

    private Q accepted(Parsed<Q> request) {
      if (last != null && call.method.getType().clientSendsOneMessage()) {
        throw Failure.invalid("", "The call takes one request message and got more");
      }
      return switch (request) {
        case Parsed.Malformed(var why) -> throw why;
        case Parsed.WellFormed(var message) -> {
          if (!validatedByHandlers.contains(call.method.getFullMethodName())) {
            rules.check((Message) message);
          }
          last = message;
          yield message;
        }
      };
    }

    @Override
    public void onHalfClose() {
      run(() -> {
        if (last == null && call.method.getType().clientSendsOneMessage()) {
          throw Failure.invalid("", "The call takes one request message and got none");
        }
        handler.onHalfClose();
      });
    }

    @Override
    public void onReady() {
      run(handler::onReady);
    }

    @Override
    public void onCancel() {
      call.cancelled();
      run(handler::onCancel);
    }

    @Override
    public void onComplete() {
      run(handler::onComplete);
    }

    private void run(Runnable callback) {
      if (over) {
        return;
      }
      var previous = context.attach();
      try {
        callback.run();
      } catch (Throwable thrown) {
        over = true;
        call.fail(worded(thrown));
        tellHandler();
      } finally {
        context.detach(previous);
      }
    }

    /** A handler names the first field at fault; the rules, where it left them to the edge, all. */
    private Throwable worded(Throwable thrown) {
      boolean isRefusal =
          thrown instanceof Failure failure && failure.reason() == ErrorReason.INVALID_REQUEST;
      if (isRefusal && last instanceof Message message) {
        try {
          rules.check(message);
        } catch (Failure byTheRules) {
          boolean namesFields = !byTheRules.violations().getFirst().field().isEmpty();
          return namesFields ? byTheRules : thrown;
        }
      }
      return thrown;
    }

    private void tellHandler() {
      try {
        handler.onCancel();
      } catch (Throwable thrown) {
        call.fail(thrown);
      }
    }
  }
}
