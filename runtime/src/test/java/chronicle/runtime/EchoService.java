package chronicle.runtime;

import chronicle.type.v1.Money;
import chronicle.type.v1.MoneyOuterClass;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.function.UnaryOperator;

/**
 * A service whose every method applies a function to money: {@code One} for one message, {@code
 * Many} for a stream.
 */
record EchoService(UnaryOperator<Money> function) implements BindableService {
  static final String NAME = "chronicle.test.EchoService";
  static final io.grpc.MethodDescriptor<Money, Money> ONE = method("One", MethodType.UNARY);
  static final io.grpc.MethodDescriptor<Money, Money> MANY =
      method("Many", MethodType.BIDI_STREAMING);

  @Override
  public ServerServiceDefinition bindService() {
    var service =
        ServiceDescriptor.newBuilder(NAME)
            .setSchemaDescriptor(Schema.SERVICE)
            .addMethod(ONE)
            .addMethod(MANY)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(ONE, ServerCalls.asyncUnaryCall(this::one))
        .addMethod(MANY, ServerCalls.asyncBidiStreamingCall(this::many))
        .build();
  }

  private void one(Money request, StreamObserver<Money> answers) {
    answers.onNext(function.apply(request));
    answers.onCompleted();
  }

  /** Unlike {@code one}, reports what went wrong through the observer instead of throwing it. */
  private StreamObserver<Money> many(StreamObserver<Money> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(Money request) {
        try {
          answers.onNext(function.apply(request));
        } catch (RuntimeException e) {
          answers.onError(e);
        }
      }

      @Override
      public void onError(Throwable thrown) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private static io.grpc.MethodDescriptor<Money, Money> method(String name, MethodType type) {
    var marshaller = ProtoUtils.marshaller(Money.getDefaultInstance());
    return io.grpc.MethodDescriptor.newBuilder(marshaller, marshaller)
        .setType(type)
        .setFullMethodName(NAME + "/" + name)
        .setSchemaDescriptor(new Schema(name))
        .build();
  }

  private record Schema(String method)
      implements ProtoFileDescriptorSupplier, ProtoMethodDescriptorSupplier {
    static final Schema SERVICE = new Schema("One");
    private static final FileDescriptor FILE = file();

    @Override
    public FileDescriptor getFileDescriptor() {
      return FILE;
    }

    @Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return FILE.getServices().getFirst();
    }

    @Override
    public MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(method);
    }

    private static FileDescriptor file() {
      var service =
          ServiceDescriptorProto.newBuilder()
              .setName("EchoService")
              .addMethod(money("One"))
              .addMethod(money("Many").setClientStreaming(true).setServerStreaming(true));
      var file =
          FileDescriptorProto.newBuilder()
              .setName("chronicle/test/echo_service.proto")
              .setPackage("chronicle.test")
              .setSyntax("proto3")
              .addDependency(MoneyOuterClass.getDescriptor().getName())
              .addService(service)
              .build();
      try {
        return FileDescriptor.buildFrom(
            file, new FileDescriptor[] {MoneyOuterClass.getDescriptor()});
      } catch (DescriptorValidationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static MethodDescriptorProto.Builder money(String name) {
      return MethodDescriptorProto.newBuilder()
          .setName(name)
          .setInputType(".chronicle.type.v1.Money")
          .setOutputType(".chronicle.type.v1.Money");
    }
  }
}
