package dev.fugitive.client.documents;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DocumentsArchitectureTest {
  private static final JavaClasses DOCUMENTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.fugitive.client.documents");

  @Test
  void documentsAreReadWithoutThreadsFilesPeersOrClocks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.concurrent..",
            "java.nio.file..",
            "dev.fugitive.client.evidence..",
            "dev.fugitive.client.fetch..",
            "dev.fugitive.client.mesh..",
            "dev.fugitive.client.routing..",
            "dev.fugitive.client.transport..",
            "dev.fugitive.client.transfer..")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(DOCUMENTS);
  }
}
