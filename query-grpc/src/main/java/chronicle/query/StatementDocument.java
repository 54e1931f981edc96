package chronicle.query;

import chronicle.query.statement.DocumentForm;
import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementSummary;
import com.google.api.HttpBody;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/** A statement as the bytes of a document, in pieces. */
final class StatementDocument implements StatementForm<HttpBody> {
  private static final int PIECE_CHARACTERS = 32 * 1024;

  private final DocumentForm form;
  private StringBuilder piece = new StringBuilder();

  StatementDocument(DocumentForm form) {
    this.form = form;
  }

  @Override
  public Optional<HttpBody> begin() {
    piece.append(form.begin());
    return Optional.empty();
  }

  @Override
  public Optional<HttpBody> entry(long number, StatementEntry entry) {
    piece.append(form.entry(number, entry));
    return piece.length() >= PIECE_CHARACTERS ? Optional.of(flush()) : Optional.empty();
  }

  @Override
  public List<HttpBody> end(StatementSummary summary) {
    piece.append(form.end(summary));
    return List.of(flush());
  }

  private HttpBody flush() {
    var data = ByteString.copyFromUtf8(piece.toString());
    piece = new StringBuilder();
    return HttpBody.newBuilder().setContentType(form.contentType()).setData(data).build();
  }
}
