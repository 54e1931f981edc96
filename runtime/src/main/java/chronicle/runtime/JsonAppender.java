package chronicle.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes each event as a line of JSON to standard output, in order and without losing any: one
 * thread writes what has gathered at once, and a caller waits while the queue is full. Values of
 * key-values must not change after they were logged.
 */
public final class JsonAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final int QUEUE_EVENTS_MAX = 16_384;
  private static final int BATCH_EVENTS_MAX = 512;

  /** An event with the trace of the thread that logged it; no event at all is the end. */
  private record Entry(@Nullable ILoggingEvent event, String traceparent) {}

  private static final Entry END = new Entry(null, Traceparent.NONE);

  private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS_MAX);
  private final OutputStream out;
  private final Thread writer;

  /** Writes to standard output; made by logback from its configuration. */
  public JsonAppender() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  JsonAppender(OutputStream out) {
    this.out = out;
    this.writer = Thread.ofPlatform().daemon().name("log-writer").unstarted(this::write);
  }

  @Override
  public void start() {
    writer.start();
    super.start();
  }

  /** Returns once everything logged before is written. */
  @Override
  public void stop() {
    if (isStarted()) {
      super.stop();
      put(END);
      join();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    put(new Entry(event, Traceparent.current()));
  }

  /** Waits for room even when interrupted, since a line lost is an audit line lost. */
  private void put(Entry entry) {
    var interrupted = false;
    while (true) {
      try {
        queue.put(entry);
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void join() {
    try {
      writer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    var lines = new JsonLines();
    var batch = new ArrayList<Entry>(BATCH_EVENTS_MAX);
    var open = true;
    while (open) {
      open = take(batch);
      for (var entry : batch) {
        if (entry.event() != null) {
          lines.add(entry.event(), entry.traceparent());
        } else {
          open = false;
        }
      }
      flush(lines.drain());
      batch.clear();
    }
  }

  private boolean take(List<Entry> batch) {
    try {
      batch.add(queue.take());
      queue.drainTo(batch, BATCH_EVENTS_MAX - 1);
      return true;
    } catch (InterruptedException _) {
      return false;
    }
  }

  private void flush(String lines) {
    try {
      out.write(lines.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      addError("Log lines can't be written", e);
    }
  }
}
