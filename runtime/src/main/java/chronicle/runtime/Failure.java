package chronicle.runtime;

import chronicle.error.v1.ErrorReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that can't be answered, with the reason its caller is told; thrown anywhere, mapped to a
 * status only by {@link Failures}. It has no stack trace of its own, so that a refusal costs
 * little; what broke the world is its cause.
 */
public final class Failure extends RuntimeException {
  private final ErrorReason reason;
  private final Map<String, String> metadata;
  private final Optional<Duration> retryDelay;
  private final List<Violation> violations;

  /**
   * One field of a request that breaks a rule: its path ({@code postings[0].amount}) and what is
   * wrong with it.
   */
  public record Violation(String field, String description) {}

  private Failure(
      ErrorReason reason,
      String message,
      @Nullable Throwable cause,
      Map<String, String> metadata,
      Optional<Duration> retryDelay,
      List<Violation> violations) {
    super(message, cause, false, false);
    this.reason = reason;
    this.metadata = Map.copyOf(metadata);
    this.retryDelay = retryDelay;
    this.violations = List.copyOf(violations);
  }

  /**
   * A failure for this reason; the message is for people, reaches the caller, and holds no secrets.
   */
  public static Failure of(ErrorReason reason, String message) {
    return new Failure(reason, message, null, Map.of(), Optional.empty(), List.of());
  }

  /** An {@code INVALID_REQUEST} that names every field at fault. */
  public static Failure invalid(List<Violation> violations) {
    var message = violations.isEmpty() ? "The request is invalid" : firstOf(violations);
    return new Failure(
        ErrorReason.INVALID_REQUEST, message, null, Map.of(), Optional.empty(), violations);
  }

  /** An {@code INVALID_REQUEST} for one field. */
  public static Failure invalid(String field, String description) {
    return invalid(List.of(new Violation(field, description)));
  }

  private static String firstOf(List<Violation> violations) {
    var first = violations.getFirst();
    return first.field().isEmpty()
        ? first.description()
        : first.field() + ": " + first.description();
  }

  /** The same failure with one more pair in its ErrorInfo; the last value of a key wins. */
  public Failure with(String key, String value) {
    var more = new HashMap<>(metadata);
    more.put(key, value);
    return new Failure(reason, message(), getCause(), more, retryDelay, violations);
  }

  /** The same failure with advice to repeat the call no sooner than after this delay. */
  public Failure retryAfter(Duration delay) {
    return new Failure(reason, message(), getCause(), metadata, Optional.of(delay), violations);
  }

  /** The same failure with what caused it, for logs; the caller never sees it. */
  public Failure causedBy(Throwable cause) {
    return new Failure(reason, message(), cause, metadata, retryDelay, violations);
  }

  /** Why, as the caller is told; it fixes the status code. */
  public ErrorReason reason() {
    return reason;
  }

  /** What goes with the reason. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** How long a caller waits before it repeats the call. */
  public Optional<Duration> retryDelay() {
    return retryDelay;
  }

  /** The fields at fault; empty unless the request was invalid. */
  public List<Violation> violations() {
    return violations;
  }

  private String message() {
    return Objects.requireNonNull(getMessage());
  }
}
