package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where sessions of the read model's database come from; auto-commit is off, and closing one rolls
 * back what is open.
 */
@FunctionalInterface
interface Sessions {
  Connection open() throws SQLException;
}
