package dev.fugitive.client.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.jdk.FugitiveHttpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.DocumentationTool;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page on embedding promises about the API: documented, null-marked, named. */
class PublicApiTest {
  private static final List<String> ROOMS = List.of("fetch", "jdk");

  @TempDir Path directory;

  @Test
  void theDocumentationIsWellFormedAndItsLinksLeadSomewhere() throws IOException {
    DocumentationTool javadoc = ToolProvider.getSystemDocumentationTool();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = javadoc.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> sources = files.getJavaFileObjectsFromPaths(sources());
      boolean clean =
          javadoc
              .getTask(
                  said,
                  files,
                  null,
                  null,
                  List.of(
                      "-quiet",
                      "-public",
                      "-Xdoclint:all,-missing",
                      "-Werror",
                      "-Xmaxwarns",
                      "1000",
                      "-notimestamp",
                      "-d",
                      directory.toString(),
                      "-classpath",
                      System.getProperty("java.class.path")),
                  sources)
              .call();

      assertThat(clean).as(said.toString()).isTrue();
    }
  }

  private static List<Path> sources() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("fugitive.root")));
    List<Path> sources = new ArrayList<>();
    for (String room : ROOMS) {
      Path client = root.resolve("client-lib/src/main/java/dev/fugitive/client");
      try (Stream<Path> files = Files.list(client.resolve(room))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    return sources;
  }

  @Test
  void itIsNullMarked() {
    for (Class<?> type : List.of(FugitiveNode.class, FugitiveHttpClient.class)) {
      assertThat(type.getPackage().isAnnotationPresent(NullMarked.class))
          .as(type.getName())
          .isTrue();
    }
  }

  @Test
  void theModulesHaveTheirNames() throws Exception {
    assertThat(module(FugitiveNode.class)).isEqualTo("dev.fugitive.client");
    assertThat(module(Provenance.class)).isEqualTo("dev.fugitive.cache");
  }

  /** The name that the module system gives to what is shipped with a class. */
  private String module(Class<?> type) throws Exception {
    Path jar = jarOf(type);
    Set<ModuleReference> found = ModuleFinder.of(jar).findAll();
    assertThat(found).hasSize(1);
    ModuleReference module = found.iterator().next();
    assertThat(module.descriptor().isAutomatic()).isTrue();
    assertThat(module.descriptor().packages()).contains(type.getPackageName());
    return module.descriptor().name();
  }

  /** The jar, or one made of the directory as the build makes it. */
  private Path jarOf(Class<?> type) throws IOException, URISyntaxException {
    Path code = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (!Files.isDirectory(code)) {
      return code;
    }
    Path jar = directory.resolve(type.getSimpleName() + ".jar");
    Manifest manifest;
    try (var lines = Files.newInputStream(code.resolve("META-INF/MANIFEST.MF"))) {
      manifest = new Manifest(lines);
    }
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out, manifest);
        Stream<Path> files = Files.walk(code)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        entries.putNextEntry(new JarEntry(code.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
    return jar;
  }
}
