package chronicle.ledger;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
  private static final JavaClasses LEDGER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("chronicle.ledger");

  @Test
  void theDomainKnowsNothingButTheJdk() {
    classes()
        .that()
        .resideInAPackage("chronicle.ledger.domain")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "chronicle.ledger.domain")
        .check(LEDGER);
  }

  @Test
  void theLogKnowsNoneOfItsReaders() {
    noClasses()
        .that()
        .resideInAPackage("chronicle.ledger.log")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "chronicle.ledger.relay",
            "chronicle.ledger.feed",
            "chronicle.ledger.service",
            "io.grpc..")
        .check(LEDGER);
  }

  @Test
  void theFeedKnowsTheLogOnly() {
    noClasses()
        .that()
        .resideInAPackage("chronicle.ledger.feed")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("chronicle.ledger.relay", "chronicle.ledger.service", "io.grpc..")
        .check(LEDGER);
  }

  @Test
  void theRelayAndTheServiceDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("chronicle.ledger.relay")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("chronicle.ledger.service")
        .check(LEDGER);
    noClasses()
        .that()
        .resideInAPackage("chronicle.ledger.service")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("chronicle.ledger.relay")
        .check(LEDGER);
  }

  @Test
  void theLedgerKnowsNoOtherService() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("chronicle.projector", "chronicle.query", "chronicle.chaos..")
        .check(LEDGER);
  }
}
