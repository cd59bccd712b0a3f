package dev.fugitive.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the architecture, held by the build. */
class ArchitectureTest {
  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.fugitive");

  @Test
  void theCacheKnowsNothingOfPeersSocketsOrPrograms() {
    noClasses()
        .that()
        .resideInAPackage("dev.fugitive.cache..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.fugitive.client..",
            "dev.fugitive.proxy..",
            "dev.fugitive.bench..",
            "okhttp3..",
            "io.netty..",
            "java.net.http..")
        .check(PRODUCT);
  }

  @Test
  void theClientLibraryKnowsNothingOfTheProgram() {
    noClasses()
        .that()
        .resideInAPackage("dev.fugitive.client..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.fugitive.proxy..", "dev.fugitive.bench..", "io.netty..", "picocli..")
        .check(PRODUCT);
  }

  @Test
  void nothingDependsOnTheBench() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.fugitive.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.fugitive.bench..")
        .check(PRODUCT);
  }

  @Test
  void onlyItsOwnRoomTouchesWebRtc() {
    noClasses()
        .that()
        .resideInAPackage("dev.fugitive.(cache|client|proxy)..")
        .and()
        .resideOutsideOfPackage("dev.fugitive.client.transport.webrtc..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.onvoid..")
        .check(PRODUCT);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.fugitive.(**)").should().beFreeOfCycles().check(PRODUCT);
  }

  @Test
  void typesAreFinalUnlessTheyAreMeantToBeExtended() {
    classes()
        .that()
        .areNotInterfaces()
        .and()
        .areNotEnums()
        .and()
        .areNotAnonymousClasses()
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .and()
        .resideInAnyPackage("dev.fugitive.cache..", "dev.fugitive.client..", "dev.fugitive.proxy..")
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(PRODUCT);
  }
}
