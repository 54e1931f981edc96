package chronicle.chaos.lab;

import java.util.List;
import java.util.stream.IntStream;

/** Several connections to one address, to be used in turn by one thread. */
final class Tellers implements AutoCloseable {
  private final List<Teller> all;
  private int next;

  Tellers(String target, String ledger, int count) {
    all = IntStream.range(0, count).mapToObj(_ -> new Teller(target, ledger)).toList();
  }

  Teller next() {
    next = (next + 1) % all.size();
    return all.get(next);
  }

  @Override
  public void close() {
    all.forEach(Teller::close);
  }
}
