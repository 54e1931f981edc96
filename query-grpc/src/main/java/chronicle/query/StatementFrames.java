package chronicle.query;

import chronicle.query.v1.GenerateStatementResponse;
import chronicle.query.v1.StatementEntries;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementSummary;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A statement as messages. */
final class StatementFrames implements StatementForm<GenerateStatementResponse> {
  static final int ENTRIES_PER_FRAME = 500;

  private final StatementHeader header;
  private StatementEntries.Builder entries = StatementEntries.newBuilder();

  StatementFrames(StatementHeader header) {
    this.header = header;
  }

  @Override
  public Optional<GenerateStatementResponse> begin() {
    return Optional.of(GenerateStatementResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public Optional<GenerateStatementResponse> entry(long number, StatementEntry entry) {
    entries.addEntries(entry);
    return entries.getEntriesCount() == ENTRIES_PER_FRAME ? flush() : Optional.empty();
  }

  @Override
  public List<GenerateStatementResponse> end(StatementSummary summary) {
    var last = GenerateStatementResponse.newBuilder().setSummary(summary).build();
    return Stream.concat(flush().stream(), Stream.of(last)).toList();
  }

  private Optional<GenerateStatementResponse> flush() {
    var full = entries.build();
    entries = StatementEntries.newBuilder();
    return Optional.of(full)
        .filter(frame -> frame.getEntriesCount() > 0)
        .map(frame -> GenerateStatementResponse.newBuilder().setEntries(frame).build());
  }
}
