package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
  @ParameterizedTest
  @CsvSource({
    "40001, SERIALIZATION",
    "40P01, SERIALIZATION",
    "23505, UNIQUE_VIOLATION",
    "40003, AMBIGUOUS",
    "08000, AMBIGUOUS",
    "08006, AMBIGUOUS",
    "53300, AMBIGUOUS",
    "57P01, AMBIGUOUS",
    "57P03, AMBIGUOUS",
    "25P03, AMBIGUOUS",
    "57014, OTHER",
    "42601, OTHER",
    "23514, OTHER"
  })
  void aStateTellsTheKind(String state, SqlFailure kind) {
    assertThat(SqlFailure.of(new SQLException("", state))).isEqualTo(kind);
  }

  @Test
  void aFailureWithoutAStateIsWhatItsCauseIs() {
    assertThat(SqlFailure.of(new SQLException(new IOException("reset"))))
        .isEqualTo(SqlFailure.AMBIGUOUS);
    assertThat(SqlFailure.of(new BatchUpdateException(new int[0], new SQLException("", "40001"))))
        .isEqualTo(SqlFailure.SERIALIZATION);
    assertThat(SqlFailure.of(new SQLException("no idea"))).isEqualTo(SqlFailure.OTHER);
  }

  @Test
  void aPoolWithoutAConnectionIsAmbiguous() {
    assertThat(SqlFailure.of(new SQLTransientConnectionException("timed out")))
        .isEqualTo(SqlFailure.AMBIGUOUS);
  }
}
