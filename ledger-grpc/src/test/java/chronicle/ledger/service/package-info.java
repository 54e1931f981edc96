@NullMarked
package chronicle.ledger.service;

import org.jspecify.annotations.NullMarked;
