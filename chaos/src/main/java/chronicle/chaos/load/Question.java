package chronicle.chaos.load;

import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.function.Function;

/**
 * One unary call, and what its answer must be.
 *
 * @param units what it does if it is answered
 * @param refused says why an answer means that not all was done, if it does
 * @param wrong says what is wrong with an answer, if anything is
 */
record Question<Q, A>(
    Channel channel,
    MethodDescriptor<Q, A> method,
    Q request,
    int units,
    Function<A, Optional<String>> refused,
    Function<A, Optional<String>> wrong) {

  /** A call whose answer means that all was done. */
  Question(
      Channel channel,
      MethodDescriptor<Q, A> method,
      Q request,
      int units,
      Function<A, Optional<String>> wrong) {
    this(channel, method, request, units, _ -> Optional.empty(), wrong);
  }
}
