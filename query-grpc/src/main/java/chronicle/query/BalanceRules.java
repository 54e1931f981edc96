package chronicle.query;

import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetBalanceRequest.AsOfCase;
import chronicle.query.v1.Source;
import chronicle.runtime.Failure;
import com.google.protobuf.Duration;

/**
 * The rules that the contract has for GetBalance, as code: a call of so little work would spend a
 * good part of it on the rules.
 */
final class BalanceRules {
  private static final int ID_LENGTH_MAX = 64;
  private static final int WAIT_SECONDS_MAX = 30;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private BalanceRules() {}

  /** Throws an INVALID_REQUEST wherever a rule of the contract is broken. */
  static void check(GetBalanceRequest request) {
    require(request.getLedger().isEmpty() || isId(request.getLedger(), "_-"), "ledger");
    require(isId(request.getAccount(), "._-"), "account");
    require(
        request.getAsOfCase() != AsOfCase.AT_POSITION || request.getAtPosition() >= 1,
        "at_position");
    require(request.getSource() != Source.UNRECOGNIZED, "source");
    require(request.getMinPosition() >= 0, "min_position");
    require(!request.hasMaxWait() || isWait(request.getMaxWait()), "max_wait");
  }

  private static void require(boolean valid, String field) {
    if (!valid) {
      throw Failure.invalid(field, "breaks a rule of the contract");
    }
  }

  private static boolean isId(String id, String marks) {
    if (id.isEmpty() || id.length() > ID_LENGTH_MAX || !isLetterOrDigit(id.charAt(0))) {
      return false;
    }
    for (var i = 1; i < id.length(); i++) {
      if (!isLetterOrDigit(id.charAt(i)) && marks.indexOf(id.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static boolean isWait(Duration wait) {
    // Beyond the clamp no nanos bring it back into range.
    var nanos = NANOS_PER_SECOND * Math.clamp(wait.getSeconds(), -10, 100) + wait.getNanos();
    return nanos >= 0 && nanos <= NANOS_PER_SECOND * WAIT_SECONDS_MAX;
  }
}
