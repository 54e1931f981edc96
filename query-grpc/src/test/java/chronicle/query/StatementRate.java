package chronicle.query;

import chronicle.query.v1.DownloadStatementRequest;
import chronicle.query.v1.DownloadStatementRequest.Format;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.StatementHeader.Axis;
import com.google.protobuf.Timestamp;

/**
 * Measures how long the statement of an account of a million entries takes over a connection, nine
 * of ten backdated: a program, for there is nothing to assert.
 */
final class StatementRate {
  private static final int ENTRIES = 1_000_000;
  private static final Timestamp START = Times.timestamp(LongAccount.recordTime(-10_000_000));
  private static final Timestamp END = Times.timestamp(LongAccount.recordTime(ENTRIES + 1));

  private StatementRate() {}

  static void main() {
    try (var fixture = new QueryFixture()) {
      LongAccount.write(fixture.rows, ENTRIES);
      for (var axis : new Axis[] {Axis.RECORD_TIME, Axis.EFFECTIVE_TIME}) {
        messages(fixture, axis);
        for (var format : new Format[] {Format.JSON, Format.CSV, Format.HTML}) {
          document(fixture, axis, format);
        }
      }
    }
  }

  private static void messages(QueryFixture fixture, Axis axis) {
    var request =
        GenerateStatementRequest.newBuilder()
            .setLedger(LongAccount.LEDGER)
            .setAccount(LongAccount.ACCOUNT)
            .setStartTime(START)
            .setEndTime(END)
            .setAxis(axis)
            .build();
    var start = System.nanoTime();
    var entries = 0L;
    var frames = fixture.queries.generateStatement(request);
    while (frames.hasNext()) {
      entries += frames.next().getEntries().getEntriesCount();
    }
    say(axis, "messages", entries, "entries", start);
  }

  private static void document(QueryFixture fixture, Axis axis, Format format) {
    var request =
        DownloadStatementRequest.newBuilder()
            .setLedger(LongAccount.LEDGER)
            .setAccount(LongAccount.ACCOUNT)
            .setStartTime(START)
            .setEndTime(END)
            .setAxis(axis)
            .setFormat(format)
            .build();
    var start = System.nanoTime();
    var bytes = 0L;
    var pieces = fixture.queries.downloadStatement(request);
    while (pieces.hasNext()) {
      bytes += pieces.next().getData().size();
    }
    say(axis, format.name(), bytes, "bytes", start);
  }

  private static void say(Axis axis, String what, long count, String unit, long startNanos) {
    var seconds = (System.nanoTime() - startNanos) / 1e9;
    System.out.printf("%-15s %-10s %,d %s in %.1f s%n", axis, what, count, unit, seconds);
  }
}
