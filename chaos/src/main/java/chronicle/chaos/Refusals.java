package chronicle.chaos;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.protobuf.StatusProto;
import java.util.List;

/** What an error says beyond its status. */
public final class Refusals {
  private Refusals() {}

  /** The one ErrorInfo of an error; throws if it has none or several. */
  public static ErrorInfo info(Throwable thrown) {
    var status = StatusProto.fromThrowable(thrown);
    var details = status == null ? List.<Any>of() : status.getDetailsList();
    var infos = details.stream().filter(detail -> detail.is(ErrorInfo.class)).toList();
    if (infos.size() != 1) {
      throw new IllegalStateException("Not exactly one ErrorInfo: " + status, thrown);
    }
    try {
      return infos.getFirst().unpack(ErrorInfo.class);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
