package chronicle.chaos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which part may know which, over the classes of all modules. */
final class ArchitectureTest {
  private static final List<String> SERVICES =
      List.of("chronicle.ledger", "chronicle.projector", "chronicle.query");

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .importPaths(
              Stream.of("runtime", "mesh", "ledger-grpc", "projector", "query-grpc", "chaos")
                  .map(module -> Path.of("..", module, "target", "classes"))
                  .toList());

  @ParameterizedTest
  @ValueSource(strings = {"chronicle.ledger", "chronicle.projector", "chronicle.query"})
  void serviceKnowsNoOtherService(String service) {
    noClasses()
        .that()
        .resideInAnyPackage(ownPackages(service))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            SERVICES.stream()
                .filter(other -> !other.equals(service))
                .flatMap(other -> Stream.of(ownPackages(other)))
                .toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void runtimeAndMeshAndChaosKnowNoService() {
    noClasses()
        .that()
        .resideInAnyPackage("chronicle.runtime..", "chronicle.mesh..", "chronicle.chaos..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            SERVICES.stream().flatMap(it -> Stream.of(ownPackages(it))).toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void meshKnowsNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("chronicle.mesh..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("chronicle.runtime..", "chronicle.chaos..", "chronicle.*.v1..")
        .check(ALL);
  }

  @Test
  void domainKnowsTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage("chronicle.ledger.domain..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify.annotations..", "chronicle.ledger.domain..")
        .check(ALL);
  }

  @Test
  void allModulesWereLookedAt() {
    assertThat(SERVICES)
        .allMatch(service -> ALL.stream().anyMatch(it -> it.getPackageName().equals(service)));
  }

  /** Not the generated ones below, such as chronicle.ledger.v1, which are everyone's. */
  private static String[] ownPackages(String service) {
    return new String[] {
      service,
      service + ".domain..",
      service + ".log..",
      service + ".feed..",
      service + ".digest..",
      service + ".relay..",
      service + ".service.."
    };
  }
}
