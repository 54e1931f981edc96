package chronicle.runtime;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.Violation;
import build.buf.protovalidate.exceptions.CompilationException;
import build.buf.protovalidate.exceptions.ExecutionException;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code buf.validate} rules of request messages, compiled when made, so that a wrong rule
 * stops the process at its start.
 */
final class RequestRules {
  private final Validator validator;

  RequestRules(List<ServerServiceDefinition> services) {
    try {
      validator = ValidatorFactory.newBuilder().buildWithDescriptors(requests(services), false);
    } catch (CompilationException e) {
      throw new IllegalStateException("a validation rule does not compile", e);
    }
  }

  /** Throws an INVALID_REQUEST that names each field of the message that breaks a rule. */
  void check(Message message) {
    try {
      var result = validator.validate(message);
      if (!result.isSuccess()) {
        throw Failure.invalid(
            result.getViolations().stream().map(RequestRules::violation).toList());
      }
    } catch (ArithmeticException | DateTimeException | ExecutionException e) {
      // protovalidate 1.3 computes with Java's times before and while it looks at the rules.
      throw Failure.invalid("", "A time or duration of the request is out of range");
    } catch (ValidationException e) {
      throw new IllegalStateException("a validation rule does not run", e);
    }
  }

  private static Failure.Violation violation(Violation violation) {
    var proto = violation.toProto();
    var path = new StringBuilder();
    proto.getField().getElementsList().forEach(element -> append(path, element));
    return new Failure.Violation(path.toString(), proto.getMessage());
  }

  private static void append(StringBuilder path, FieldPathElement element) {
    if (!path.isEmpty()) {
      path.append('.');
    }
    path.append(element.getFieldName());
    switch (element.getSubscriptCase()) {
      case INDEX -> path.append('[').append(element.getIndex()).append(']');
      case STRING_KEY -> path.append("[\"").append(element.getStringKey()).append("\"]");
      case INT_KEY -> path.append('[').append(element.getIntKey()).append(']');
      case UINT_KEY -> path.append('[').append(element.getUintKey()).append(']');
      case BOOL_KEY -> path.append('[').append(element.getBoolKey()).append(']');
      case SUBSCRIPT_NOT_SET -> {}
    }
  }

  private static List<Descriptor> requests(List<ServerServiceDefinition> services) {
    var requests = new ArrayList<Descriptor>();
    for (var service : services) {
      for (var method : service.getMethods()) {
        if (method.getMethodDescriptor().getSchemaDescriptor()
            instanceof ProtoMethodDescriptorSupplier supplier) {
          requests.add(supplier.getMethodDescriptor().getInputType());
        }
      }
    }
    return requests;
  }
}
