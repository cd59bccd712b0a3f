package dev.fugitive.proxy.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.store.Provenance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that people use get from a stranger's node what the publisher's own index names: nobody
 * trusts anybody's key here.
 */
class PublishersIndexTest {
  private static final int PACKAGE_BYTES = 400_000;
  private static final int OTHER_PACKAGES = 1500;
  private static final String LOCATIONS =
      """
      location ~ ^/npm/[a-z-]+$ {
        types { } default_type application/json; try_files $uri/index.json =404;
      }
      location ~ /-/ { types { } default_type application/octet-stream; }
      location /debian/ { types { } default_type application/octet-stream; }
      location /cdn/ {
        add_header Access-Control-Allow-Origin "*";
        add_header Cache-Control "public, max-age=3600";
      }
      """;

  @TempDir Path directory;

  @Test
  void aptInstallsFromAStrangerWhatTheArchivesIndexNames() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      String deb = publishArchive(origin);
      Nodes nodes = new Nodes(directory, origin.authority());
      try (NodeProcess alice = nodes.start("alice")) {
        byte[] hers = aptDownloads(origin, alice, "hers");
        try (NodeProcess bob = nodes.start("bob", alice.rendezvous(), List.of())) {
          bob.awaitPeers(1);
          byte[] his = aptDownloads(origin, bob, "his");

          assertThat(his).isEqualTo(hers);
          assertThat(bodies(origin, deb)).as(origin.log().toString()).isEqualTo(1);
          EvidenceShare share = EvidenceShare.of(bob, "apt-get");
          assertThat(share.by("debian-packages")).isGreaterThanOrEqualTo(his.length);
          assertThat(share.by("debian-release")).isPositive();
          assertThat(share.fromPeers()).isGreaterThanOrEqualTo(his.length);
        }
      }
    }
  }

  /** Publishes a package among others in an archive; the path of its file. */
  private String publishArchive(NginxOrigin origin) throws Exception {
    Path tree = Files.createDirectories(directory.resolve("tree/DEBIAN"));
    Files.writeString(
        tree.resolve("control"),
        """
        Package: fugitive-test
        Version: 1.0
        Architecture: amd64
        Maintainer: Nobody <nobody@example.invalid>
        Description: a package of random bytes
        """);
    Files.write(tree.resolveSibling("random.bin"), Bodies.random(PACKAGE_BYTES));
    Path built = directory.resolve("built.deb");
    Command.run(directory, "dpkg-deb", "-Znone", "-b", tree.getParent() + "", built + "");
    byte[] file = Files.readAllBytes(built);
    String name = "pool/main/f/fugitive-test_1.0+test_amd64.deb";
    origin.publish("debian/" + name, file);
    StringBuilder packages = new StringBuilder();
    packages.append(entry("fugitive-test", name, file.length, ByteString.of(file).sha256()));
    Random random = new Random(1);
    for (int i = 0; i < OTHER_PACKAGES; i++) {
      byte[] digest = new byte[32];
      random.nextBytes(digest);
      packages.append(
          entry("other" + i, "pool/main/o/other" + i + ".deb", 1000 + i, ByteString.of(digest)));
    }
    publishIndex(origin, packages.toString());
    return "debian/" + name;
  }

  private static String entry(String name, String file, long length, ByteString sha256) {
    return """
    Package: %s
    Version: 1.0
    Architecture: amd64
    Maintainer: Nobody <nobody@example.invalid>
    Filename: %s
    Size: %d
    SHA256: %s
    Description: a package of random bytes

    """
        .formatted(name, file, length, sha256.hex());
  }

  private void publishIndex(NginxOrigin origin, String packages) throws Exception {
    Path plain = Files.writeString(directory.resolve("Packages"), packages);
    Command.run(directory, "xz", "-k", plain.toString());
    String index = "main/binary-amd64/Packages";
    StringBuilder release = new StringBuilder();
    release.append("Origin: Test\nSuite: stable\nCodename: stable\nComponents: main\n");
    release.append("Architectures: amd64\nDate: Sat, 21 Nov 2026 00:00:00 UTC\n");
    release.append("Acquire-By-Hash: yes\nSHA256:\n");
    for (String extension : List.of("", ".xz")) {
      byte[] bytes = Files.readAllBytes(directory.resolve("Packages" + extension));
      ByteString digest = ByteString.of(bytes).sha256();
      release.append(" %s %d %s%s%n".formatted(digest.hex(), bytes.length, index, extension));
      origin.publish("debian/dists/stable/" + index + extension, bytes);
      origin.publish("debian/dists/stable/main/binary-amd64/by-hash/SHA256/" + digest.hex(), bytes);
    }
    origin.publish("debian/dists/stable/Release", utf8(release.toString()));
  }

  /** Updates a package list of its own by a node, and downloads the package. */
  private byte[] aptDownloads(NginxOrigin origin, NodeProcess node, String name) throws Exception {
    Path root = Files.createDirectories(directory.resolve("apt-" + name));
    Path sources = root.resolve("sources.list");
    Files.writeString(sources, "deb [trusted=yes] " + origin.url("debian") + " stable main\n");
    Files.createDirectories(root.resolve("state/lists/partial"));
    Files.createDirectories(root.resolve("cache/archives/partial"));
    Path status = Files.writeString(root.resolve("status"), "");
    List<String> options = new ArrayList<>();
    for (String option :
        List.of(
            "Acquire::http::Proxy=http://127.0.0.1:" + node.port() + "/",
            "Acquire::Languages=none",
            "APT::Architecture=amd64",
            "APT::Architectures=amd64",
            "APT::Sandbox::User=root",
            "Dir::State=" + root.resolve("state"),
            "Dir::State::status=" + status,
            "Dir::Cache=" + root.resolve("cache"),
            "Dir::Etc::sourcelist=" + sources,
            "Dir::Etc::sourceparts=-")) {
      options.addAll(List.of("-o", option));
    }
    Command.run(root, command("apt-get", options, "update"));
    Command.run(root, command("apt-get", options, "download", "fugitive-test"));
    try (var files = Files.list(root)) {
      Path deb = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
      return Files.readAllBytes(deb);
    }
  }

  private static String[] command(String program, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program, "-q"));
    command.addAll(options);
    command.addAll(List.of(arguments));
    return command.toArray(String[]::new);
  }

  @Test
  void npmInstallsFromAStrangerWhatTheRegistrysPackumentNames() throws Exception {
    try (NginxOrigin origin = NginxOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      publishPackage(origin);
      Nodes nodes = new Nodes(directory, origin.authority());
      try (NodeProcess alice = nodes.start("alice")) {
        byte[] hers = npmInstalls(origin, alice, "hers");
        try (NodeProcess bob = nodes.start("bob", alice.rendezvous(), List.of())) {
          bob.awaitPeers(1);
          byte[] his = npmInstalls(origin, bob, "his");

          EvidenceShare share = EvidenceShare.of(bob, "npm install");
          assertThat(his).isEqualTo(hers).isEqualTo(Bodies.random(PACKAGE_BYTES));
          assertThat(bodies(origin, "npm/random-test/-/random-test-1.0.0.tgz"))
              .as("%s%n%s", origin.log(), bob.control("/status"))
              .isEqualTo(1);
          assertThat(share.by("npm-packument")).isGreaterThan(PACKAGE_BYTES);
          assertThat(share.fromPeers()).isGreaterThan(PACKAGE_BYTES);
        }
      }
    }
  }

  private void publishPackage(NginxOrigin origin) throws Exception {
    Path parts = directory.resolve("npm");
    Path contents = Files.createDirectories(parts.resolve("package"));
    String described = "\"name\": \"random-test\", \"version\": \"1.0.0\"";
    Files.writeString(contents.resolve("package.json"), "{" + described + "}");
    Files.write(contents.resolve("random.bin"), Bodies.random(PACKAGE_BYTES));
    Path tarball = directory.resolve("random-test-1.0.0.tgz");
    Command.run(parts, "tar", "-czf", tarball.toString(), "package");
    byte[] bytes = Files.readAllBytes(tarball);
    origin.publish("npm/random-test/-/random-test-1.0.0.tgz", bytes);
    String packument =
        """
        {"_id": "random-test", "name": "random-test", "dist-tags": {"latest": "1.0.0"},
         "versions": {"1.0.0": {%s, "dist": {"integrity": "sha512-%s", "tarball": "%s"}}}}
        """
            .formatted(
                described,
                ByteString.of(bytes).sha512().base64(),
                origin.url("npm/random-test/-/random-test-1.0.0.tgz"));
    // a registry gives both under one path, which a directory of files cannot
    origin.publish("npm/random-test/index.json", utf8(packument));
  }

  private byte[] npmInstalls(NginxOrigin origin, NodeProcess node, String name) throws Exception {
    // a JVM's first exchange takes longer than npm takes to ask for what it read
    origin.publish("npm/first-test/index.json", utf8("{\"name\": \"a\", \"versions\": {}}"));
    Fetched.get(node, origin.url("npm/first-test"));
    Path project = Files.createDirectories(directory.resolve("project-" + name));
    Files.writeString(project.resolve("package.json"), "{\"name\":\"test\",\"version\":\"1.0.0\"}");
    String proxy = "http://127.0.0.1:" + node.port();
    Command.run(
        project,
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--noproxy=",
        "--proxy=" + proxy,
        "--https-proxy=" + proxy,
        "--registry=" + origin.url("npm/"),
        "--cache=" + directory.resolve("npm-cache-" + name),
        "random-test@1.0.0");
    return Files.readAllBytes(project.resolve("node_modules/random-test/random.bin"));
  }

  @Test
  void aPagesScriptsComeFromAStrangerAsThePageNamesThem() throws Exception {
    try (NamedOrigin site = NamedOrigin.start(directory.resolve("site"), LOCATIONS);
        NamedOrigin cdn = NamedOrigin.start(directory.resolve("cdn"), LOCATIONS)) {
      String script = "ran = 'yes' // " + HexFormat.of().formatHex(Bodies.random(100_000));
      cdn.nginx().publish("cdn/app.js", utf8(script));
      String module = "said = 'yes' // " + HexFormat.of().formatHex(Bodies.random(90_000));
      cdn.nginx().publish("cdn/module.js", utf8(module));
      String integrity = "sha384-" + sha384(script);
      String map =
          "{\"integrity\": {\"%s\": \"sha384-%s\"}}"
              .formatted(cdn.url("cdn/module.js"), sha384(module));
      site.nginx()
          .publish(
              "index.html",
              utf8(
                  "<!doctype html><title>page</title><script>ran = 'no', said = 'no'</script>"
                      + "<script type=importmap>%s</script>".formatted(map)
                      + "<script src='%s' crossorigin integrity='%s'></script>"
                          .formatted(cdn.url("cdn/app.js"), integrity)
                      + "<script type=module crossorigin src='%s'></script>"
                          .formatted(cdn.url("cdn/module.js"))));
      site.nginx().publish("first.html", utf8("<!doctype html><script src='a' integrity>"));
      try (NodeProcess alice = node(site, cdn, "alice", "embedded");
          Chromium hers = browser("hers", alice)) {
        hers.load(site.url("first.html"));
        hers.load(site.url("index.html"));
        assertThat(hers.evaluate("ran")).isEqualTo("yes");
        try (NodeProcess bob = node(site, cdn, "bob", alice.rendezvous());
            Chromium his = browser("his", bob)) {
          bob.awaitPeers(1);
          // a JVM's first exchange takes longer than a browser takes to ask for a script
          his.load(site.url("first.html"));

          Map<String, Loaded> loaded = his.load(site.url("index.html"));

          assertThat(his.evaluate("ran + said")).isEqualTo("yesyes");
          cameFromAPeer(loaded, cdn.url("cdn/app.js"), script.length());
          cameFromAPeer(loaded, cdn.url("cdn/module.js"), module.length());
          EvidenceShare share = EvidenceShare.of(bob, "Chromium");
          assertThat(share.by("sri")).isGreaterThanOrEqualTo(script.length());
        }
      }
    }
  }

  private static void cameFromAPeer(Map<String, Loaded> page, String url, int length) {
    Loaded loaded = requireNonNull(page.get(url), url);
    assertThat(loaded.source().orElseThrow().from(Provenance.TIER1))
        .as("%s", loaded.headers())
        .isEqualTo(length);
  }

  private NodeProcess node(NamedOrigin site, NamedOrigin cdn, String name, String rendezvous)
      throws IOException {
    List<String> options =
        List.of(
            "--share",
            "on",
            "--rendezvous",
            rendezvous,
            "--trust-origin",
            site.authority(),
            "--trust-origin",
            cdn.authority());
    return NodeProcess.start(directory.resolve(name), options, site.jvmOptions(), Map.of());
  }

  private Chromium browser(String name, NodeProcess node) throws IOException {
    String pac = "--proxy-pac-url=http://127.0.0.1:" + node.port() + "/proxy.pac";
    return Chromium.start(
        directory.resolve("browser-" + name), List.of(pac, NamedOrigin.browserOption()));
  }

  /** How often the origin sent the body of a file. */
  private static long bodies(NginxOrigin origin, String name) throws IOException {
    String file = name.substring(name.lastIndexOf('/') + 1);
    return origin.log().stream()
        .filter(line -> line.startsWith("GET ") && line.split(" ", -1)[1].endsWith("/" + file))
        .count();
  }

  private static String sha384(String text) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-384").digest(utf8(text));
    return ByteString.of(digest).base64();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
