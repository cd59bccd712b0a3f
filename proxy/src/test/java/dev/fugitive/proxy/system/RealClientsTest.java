package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that people use, pointed at a node as their users would. */
class RealClientsTest {
  @TempDir Path directory;

  private NginxOrigin origin;
  private NodeProcess node;

  @BeforeEach
  void start() throws IOException {
    origin = NginxOrigin.start(directory.resolve("origin"));
    node = new Nodes(directory, origin.authority()).start("node");
  }

  @AfterEach
  void close() {
    node.close();
    origin.close();
  }

  @Test
  void curlResumesADownload() throws Exception {
    byte[] body = Bodies.random(3_000_000);
    origin.publish("file.bin", body);
    Path target = directory.resolve("file.bin");
    run("curl", "-sf", "-x", proxy(), "-r", "0-999999", "-o", target + "", url("file.bin"));
    run("curl", "-sf", "-x", proxy(), "-C", "-", "-o", target + "", url("file.bin"));

    assertThat(Files.readAllBytes(target)).isEqualTo(body);
  }

  @Test
  void curlGetsTheHeadOfWhatIsStored() throws Exception {
    origin.publish("file.bin", Bodies.random(100_000));
    run("curl", "-sf", "-x", proxy(), "-o", directory.resolve("first") + "", url("file.bin"));
    // the store is a moment behind the reader of the last byte
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(run("curl", "-sfI", "-x", proxy(), url("file.bin")))
                .containsIgnoringCase("content-length: 100000")
                .contains("Fugitive; hit"));
  }

  @Test
  void aptFetchesAPackageFromTheMachinesOwnSources() throws Exception {
    Path packages = Files.createDirectories(directory.resolve("packages"));

    Command.run(
        packages,
        "apt-get",
        "-q",
        "-o",
        "Acquire::http::Proxy=" + proxy() + "/",
        "-o",
        "APT::Sandbox::User=root",
        "download",
        "hostname");

    try (Stream<Path> files = Files.list(packages)) {
      assertThat(files.map(Path::toString)).singleElement().asString().endsWith(".deb");
    }
    assertThat(node.control("/status")).contains("\"fetches-complete\":1");
  }

  @Test
  void npmInstallsAPackageThroughATunnel() throws Exception {
    Path project = Files.createDirectories(directory.resolve("project"));
    Files.writeString(project.resolve("package.json"), "{\"name\":\"test\",\"version\":\"1.0.0\"}");

    Command.run(
        project,
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--proxy",
        proxy(),
        "--https-proxy",
        proxy(),
        "--cache",
        directory.resolve("npm-cache").toString(),
        "is-number@7.0.0");

    assertThat(project.resolve("node_modules/is-number/package.json")).exists();
    assertThat(node.control("/status")).containsPattern("\"tunnels[^\"]*\":[1-9]");
  }

  private String proxy() {
    return "http://127.0.0.1:" + node.port();
  }

  private String url(String name) {
    return origin.url(name);
  }

  private String run(String... command) throws IOException, InterruptedException {
    return Command.run(directory, command);
  }
}
