package chronicle.query;

import chronicle.query.v1.GenerateStatementResponse;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementSummary;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** A statement that came whole: a header, entries, a summary. */
record ReceivedStatement(
    StatementHeader header, List<StatementEntry> entries, StatementSummary summary) {
  static ReceivedStatement of(Iterator<GenerateStatementResponse> frames) {
    var header = frames.next().getHeader();
    var entries = new ArrayList<StatementEntry>();
    var frame = frames.next();
    while (frame.hasEntries()) {
      entries.addAll(frame.getEntries().getEntriesList());
      frame = frames.next();
    }
    if (!frame.hasSummary() || frames.hasNext()) {
      throw new IllegalStateException("a statement ends with its summary");
    }
    return new ReceivedStatement(header, entries, frame.getSummary());
  }

  long opening() {
    return header.getOpeningBalance().getMinorUnits();
  }

  long closing() {
    return header.getClosingBalance().getMinorUnits();
  }

  List<Long> positions() {
    return entries.stream().map(StatementEntry::getPosition).toList();
  }
}
