package chronicle.ledger.service;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;

/** The header {@code idempotency-key}, which stands for an empty command id. */
final class IdempotencyKey implements ServerInterceptor {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> CURRENT = Context.keyWithDefault("idempotency-key", "");

  private IdempotencyKey() {}

  /** The key of the call being handled; empty without one. */
  static String current() {
    return CURRENT.get();
  }

  /** The service, reading the header of each call. */
  static BindableService readBy(BindableService service) {
    return () -> ServerInterceptors.intercept(service, new IdempotencyKey());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String key = headers.get(HEADER);
    return key == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(Context.current().withValue(CURRENT, key), call, headers, next);
  }
}
