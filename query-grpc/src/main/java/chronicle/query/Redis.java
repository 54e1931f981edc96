package chronicle.query;

import com.google.protobuf.ByteString;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server that may be slow, full, down or gone without anyone waiting for it: one connection
 * for all calls, made in the background, and a rest for a server that failed.
 */
final class Redis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  /** What is kept is worth milliseconds: no more are spent on looking for it. */
  private static final Duration ANSWER_MAX = Duration.ofMillis(10);

  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);
  private static final int REQUESTS_MAX = 1_000;
  private static final int THREADS = 2;

  private final ClientResources resources;
  private final RedisClient client;
  private final Breaker breaker = new Breaker(REST);
  private final Thread connecting = Thread.ofVirtual().name("redis").unstarted(this::connect);
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;

  private Redis(String url) {
    var uri = RedisURI.create(url);
    uri.setTimeout(CONNECT_MAX);
    resources =
        ClientResources.builder()
            .ioThreadPoolSize(THREADS)
            .computationThreadPoolSize(THREADS)
            .reconnectDelay(Delay.constant(REST))
            .build();
    client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(REQUESTS_MAX)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_MAX).build())
            .build());
  }

  /** Returns at once, whether or not the server is up; throws where the URL is none. */
  static Redis connectTo(String url) {
    var redis = new Redis(url);
    redis.connecting.start();
    return redis;
  }

  /** The server's word on a key. */
  sealed interface Answer {
    /** So it is; cut off after the bytes asked for. */
    record Value(ByteString bytes) implements Answer {}

    /** There is nothing. */
    record Nothing() implements Answer {}

    /** None, or none in time, or it was not asked. */
    record Silence() implements Answer {}
  }

  /** Looks a key up and waits a few milliseconds for it at most. */
  Answer get(AnswerKey key, int bytesMax) {
    var connected = connection;
    if (connected == null || !breaker.allows(System.nanoTime())) {
      return new Answer.Silence();
    }
    try {
      // A range, so that no value, whoever wrote it, is longer than what is waited for.
      return answer(connected.async().getrange(key.bytes(), 0, bytesMax - 1L));
    } catch (RedisException e) {
      failed(e);
      return new Answer.Silence();
    }
  }

  /** Keeps a value for so long, perhaps: nobody waits for it. */
  void set(AnswerKey key, byte[] value, Duration most) {
    var connected = connection;
    if (connected == null || breaker.isOpen()) {
      return;
    }
    try {
      var _ = connected.async().set(key.bytes(), value, SetArgs.Builder.px(most));
    } catch (RedisException e) {
      failed(e);
    }
  }

  @Override
  public void close() {
    connecting.interrupt();
    client.shutdown(Duration.ZERO, CONNECT_MAX);
    var _ = resources.shutdown(0, CONNECT_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Answer answer(RedisFuture<byte[]> asked) {
    try {
      var found = asked.get(ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS);
      breaker.succeeded();
      return found.length == 0
          ? new Answer.Nothing()
          : new Answer.Value(ByteString.copyFrom(found));
    } catch (ExecutionException e) {
      // A refusal is an answer: a key of another type says nothing of the next one.
      if (!(e.getCause() instanceof RedisCommandExecutionException)) {
        failed(e);
      }
    } catch (TimeoutException e) {
      var _ = asked.cancel(true);
      failed(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return new Answer.Silence();
  }

  private void failed(Exception thrown) {
    if (breaker.failed(System.nanoTime())) {
      log.atWarn().setMessage("Redis does not answer").addKeyValue("cause", thrown).log();
    }
  }

  /** The first connection; once made, the client makes it anew whenever it breaks. */
  private void connect() {
    try {
      while (connection == null) {
        try {
          connection = client.connect(ByteArrayCodec.INSTANCE);
        } catch (RedisException e) {
          failed(e);
          TimeUnit.NANOSECONDS.sleep(REST.toNanos());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }
}
