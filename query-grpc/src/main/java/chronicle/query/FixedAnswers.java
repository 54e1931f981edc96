package chronicle.query;

import chronicle.runtime.Telemetry;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps answers that can never change in Redis for a minute, for all query services. Redis is not
 * trusted: what it says counts only if it was sealed under the name asked for, and an old value is
 * as good as a new one. Without Redis it finds nothing and keeps nothing.
 */
final class FixedAnswers implements AutoCloseable {
  private static final Duration KEPT_MAX = Duration.ofSeconds(60);
  private static final int SEALED_BYTES_MAX = 64 * 1024;
  private static final AttributeKey<String> RESULT = AttributeKey.stringKey("result");
  private static final Attributes HIT = Attributes.of(RESULT, "hit");
  private static final Attributes MISS = Attributes.of(RESULT, "miss");
  private static final Attributes BAD = Attributes.of(RESULT, "bad");
  private static final Attributes ERROR = Attributes.of(RESULT, "error");

  private final Optional<Redis> redis;
  private final Seal seal;
  private final LongCounter requests;

  private FixedAnswers(Optional<Redis> redis, Seal seal, Telemetry telemetry) {
    this.redis = redis;
    this.seal = seal;
    this.requests =
        telemetry
            .meter()
            .counterBuilder("chronicle.cache.requests")
            .setDescription(
                "Answers looked for in Redis: found, not there, not ours, or Redis did not say")
            .build();
  }

  /** Returns at once, whether or not the Redis is up; throws where the URL is none. */
  static FixedAnswers open(Optional<String> redisUrl, Seal seal, Telemetry telemetry) {
    return new FixedAnswers(redisUrl.map(Redis::connectTo), seal, telemetry);
  }

  /** The answer of that name, if it is kept. */
  <M extends Message> Optional<M> find(AnswerKey key, Parser<M> parser) {
    return redis.flatMap(server ->
        switch (server.get(key, SEALED_BYTES_MAX)) {
          case Redis.Answer.Value(var sealed) -> open(key, sealed, parser);
          case Redis.Answer.Nothing() -> without(MISS);
          case Redis.Answer.Silence() -> without(ERROR);
        });
  }

  /** Keeps an answer under its name unless it is large; nobody waits for it. */
  void keep(AnswerKey key, Message answer) {
    redis.ifPresent(server -> {
      var sealed = seal.seal(key, answer.toByteArray());
      if (sealed.length <= SEALED_BYTES_MAX) {
        server.set(key, sealed, KEPT_MAX);
      }
    });
  }

  @Override
  public void close() {
    redis.ifPresent(Redis::close);
  }

  private <M extends Message> Optional<M> open(AnswerKey key, ByteString sealed, Parser<M> parser) {
    var content = seal.open(key, sealed.toByteArray());
    if (content.isEmpty()) {
      return without(BAD);
    }
    requests.add(1, HIT);
    return Optional.of(parsed(content.get(), parser));
  }

  private <M extends Message> Optional<M> without(Attributes result) {
    requests.add(1, result);
    return Optional.empty();
  }

  private static <M extends Message> M parsed(byte[] content, Parser<M> parser) {
    try {
      return parser.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what we sealed is no message", e);
    }
  }
}
