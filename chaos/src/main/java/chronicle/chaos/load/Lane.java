package chronicle.chaos.load;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * One connection to each server, all on one event loop of its own. An answer makes the next call on
 * that very loop: no other thread takes part, and no lock.
 */
final class Lane implements AutoCloseable, Timer {
  private final MultiThreadIoEventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(1, handler());
  private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

  /** The connection to that server. */
  Channel to(String target) {
    return channels.computeIfAbsent(target, this::connect);
  }

  /** Runs the caller until then; completes once the last call has ended. */
  CompletableFuture<Loop> run(Caller caller, Pacing pacing, long endNanos) {
    var loop = Loop.of(pacing, caller, this, endNanos);
    eventLoop.execute(loop::begin);
    return loop.ended;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void after(long nanos, Runnable task) {
    var _ = eventLoop.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    channels.values().forEach(ManagedChannel::shutdownNow);
    var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private ManagedChannel connect(String target) {
    return NettyChannelBuilder.forTarget(target)
        .usePlaintext()
        .eventLoopGroup(eventLoop)
        .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
        .directExecutor()
        .build();
  }

  private static IoHandlerFactory handler() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }
}
