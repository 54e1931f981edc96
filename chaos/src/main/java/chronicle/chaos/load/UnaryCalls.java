package chronicle.chaos.load;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks question after question. */
final class UnaryCalls implements Caller {
  private static final long DEADLINE_SECONDS = 10;

  private final Supplier<Question<?, ?>> questions;
  private final Tally tally;

  UnaryCalls(Supplier<Question<?, ?>> questions, Tally tally) {
    this.questions = questions;
    this.tally = tally;
  }

  @Override
  public void call(Call call) {
    ask(questions.get(), call);
  }

  private <Q, A> void ask(Question<Q, A> question, Call call) {
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    ClientCalls.asyncUnaryCall(
        question.channel().newCall(question.method(), options),
        question.request(),
        new Answer<>(question, call));
  }

  private final class Answer<A> implements StreamObserver<A> {
    private final Question<?, A> question;
    private final Call call;
    private boolean refused;

    Answer(Question<?, A> question, Call call) {
      this.question = question;
      this.call = call;
    }

    @Override
    public void onNext(A answer) {
      question.wrong().apply(answer).ifPresent(tally::wrong);
      question.refused().apply(answer).ifPresent(this::refuse);
    }

    @Override
    public void onError(Throwable thrown) {
      tally.failed(Status.fromThrowable(thrown).toString(), question.units());
      call.failed();
    }

    @Override
    public void onCompleted() {
      if (refused) {
        call.failed();
      } else {
        call.answered(question.units());
      }
    }

    private void refuse(String why) {
      refused = true;
      tally.failed(why, question.units());
    }
  }
}
