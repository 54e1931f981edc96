package chronicle.chaos.load;

/** Makes the calls of one lane; used by the lane's thread alone. */
public interface Caller {
  /** Makes a call and returns at once; the call is told later how it ended. */
  void call(Call call);

  /** No call is under way and none will follow. */
  default void end() {}
}
