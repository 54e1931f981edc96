package chronicle.runtime;

import chronicle.error.v1.ErrorReason;
import chronicle.error.v1.ReasonRule;
import chronicle.error.v1.Repeat;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page docs/ERRORS.md as it follows from the protos, from their options and their comments. */
final class ErrorsPage {
  private static final Path DESCRIPTORS = Path.of("../proto/target/chronicle.binpb");
  private static final Pattern HTTP_STATUS = Pattern.compile("HTTP Mapping: (\\d{3})");

  private final FileDescriptorSet files;

  private ErrorsPage(FileDescriptorSet files) {
    this.files = files;
  }

  /** Returns the page, made from the descriptor set that the build has just made. */
  static String text() throws IOException {
    var files = FileDescriptorSet.parseFrom(Files.readAllBytes(DESCRIPTORS));
    return new ErrorsPage(files).page();
  }

  private String page() {
    return """
    # Errors

    <!-- Made by ./chronicle renew errors from proto/chronicle/error/v1/error_reason.proto: change that. -->

    Every error that a service answers carries one `google.rpc.ErrorInfo` of the domain `%s`. Its `reason` is one of
    these and is what programs decide by; the code follows from it, and the message is for people. `INVALID_REQUEST` also
    carries a `google.rpc.BadRequest` that names each field at fault, and an error that knows when to try again a
    `google.rpc.RetryInfo`. What gRPC itself answers before a service does, such as a deadline that has passed or a method that
    does not exist, has a code alone.

    | repeat | what it means |
    |---|---|
    %s

    | reason | gRPC code | HTTP | repeat | meaning |
    |---|---|---|---|---|
    %s
    """
        .formatted(
            Failures.DOMAIN,
            rows(Repeat.getDescriptor(), this::repeatRow),
            rows(ErrorReason.getDescriptor(), this::reasonRow));
  }

  private String repeatRow(EnumValueDescriptor repeat) {
    return "| %s | %s |".formatted(words(repeat), comment(repeat));
  }

  private String reasonRow(EnumValueDescriptor reason) {
    ReasonRule rule = Failures.rule(ErrorReason.valueOf(reason));
    EnumValueDescriptor code = rule.getCode().getValueDescriptor();
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            reason.getName(),
            code.getName(),
            httpStatus(code),
            words(rule.getRepeat().getValueDescriptor()),
            comment(reason));
  }

  /** The first value of an enum, which says nothing, has no row. */
  private static String rows(EnumDescriptor type, Function<EnumValueDescriptor, String> row) {
    return type.getValues().stream().skip(1).map(row).collect(Collectors.joining("\n"));
  }

  private static String words(EnumValueDescriptor repeat) {
    return repeat.getName().replace("REPEAT_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
  }

  private String httpStatus(EnumValueDescriptor code) {
    var status = HTTP_STATUS.matcher(comment(code));
    if (!status.find()) {
      throw new IllegalStateException("no HTTP status for " + code);
    }
    return status.group(1);
  }

  private String comment(EnumValueDescriptor value) {
    EnumDescriptor type = value.getType();
    var path =
        List.of(
            FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER,
            type.getIndex(),
            EnumDescriptorProto.VALUE_FIELD_NUMBER,
            value.getIndex());
    return files.getFileList().stream()
        .filter(file -> file.getName().equals(type.getFile().getFullName()))
        .flatMap(file -> file.getSourceCodeInfo().getLocationList().stream())
        .filter(location -> location.getPathList().equals(path))
        .map(location -> location.getLeadingComments().strip().replaceAll("\\s+", " "))
        .collect(Collectors.joining());
  }
}
