package chronicle.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One page of a list.
 *
 * @param next where the next page begins; empty after the last one
 */
record Page<T, C>(List<T> items, Optional<C> next) {
  /**
   * What a statement looked at.
   *
   * @param wanted whether the filter lets it through
   * @param cutOff whether the statement looked no further, whatever may follow
   * @param cursor where to go on after it
   */
  record Row<T, C>(T item, boolean wanted, boolean cutOff, C cursor) {}

  /** The page of at most so many items that the rows make, in their order. */
  static <T, C> Page<T, C> of(List<Row<T, C>> rows, int itemsMax) {
    var items = new ArrayList<T>();
    var before = Optional.<C>empty();
    for (var row : rows) {
      if (items.size() == itemsMax) {
        return new Page<>(items, before);
      }
      if (row.wanted()) {
        items.add(row.item());
      }
      before = Optional.of(row.cursor());
    }
    var cutOff = !rows.isEmpty() && rows.getLast().cutOff();
    return new Page<>(items, cutOff ? before : Optional.empty());
  }
}
