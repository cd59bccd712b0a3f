package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import okio.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As {@link PublishersIndexTest}, for Python's package index, container images, Metalinks (by
 * ranges too) and checksum files: nobody trusts anybody's key here.
 */
class DocumentClientsTest {
  private static final int FILE_BYTES = 300_000;
  private static final int SPLIT_BYTES = 5 * 1024 * 1024;
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final String LOCATIONS =
      """
      location /pip/json/ {
        index index.json; types { } default_type application/vnd.pypi.simple.v1+json;
        add_header Cache-Control "public, max-age=3600";
      }
      location /pip/html/ {
        index index.html; types { } default_type text/html;
        add_header Cache-Control "public, max-age=3600";
      }
      location /pip/files/ {
        types { } default_type application/octet-stream;
        add_header Cache-Control "public, max-age=3600";
      }
      location = /v2/ { types { } default_type application/json; return 200 "{}"; }
      location ~ ^/v2/.*/manifests/latest$ {
        types { } default_type application/vnd.oci.image.index.v1+json;
        add_header Cache-Control "public, max-age=3600";
      }
      location ~ ^/v2/.*/manifests/ {
        types { } default_type application/vnd.oci.image.manifest.v1+json;
        add_header Cache-Control "public, max-age=3600";
      }
      location ~ ^/v2/.*/blobs/ {
        types { } default_type application/octet-stream;
        add_header Cache-Control "public, max-age=3600";
      }
      location /dl/ {
        types { application/metalink4+xml meta4; } default_type application/octet-stream;
        add_header Cache-Control "public, max-age=3600";
      }
      """;

  @TempDir Path directory;

  /** What one program does by a node, into a directory of its own. */
  private interface Client {
    byte[] fetch(NodeProcess node, Path target) throws Exception;
  }

  /**
   * The second node's program gets from the first node, a stranger, what the first node's got from
   * the origin.
   *
   * @param readFirst a document of the same kind that is read before: a JVM's first exchange takes
   *     longer than a program takes to ask for what a document names
   */
  private EvidenceShare bySecondNode(
      NamedOrigin origin, String program, Client readFirst, Client client) throws Exception {
    try (NodeProcess alice = node(origin, "alice", "embedded")) {
      byte[] hers = client.fetch(alice, Files.createDirectories(directory.resolve("hers")));
      try (NodeProcess bob = node(origin, "bob", alice.rendezvous())) {
        bob.awaitPeers(1);
        readFirst.fetch(bob, Files.createDirectories(directory.resolve("first")));
        awaitDocument(bob);
        byte[] his = client.fetch(bob, Files.createDirectories(directory.resolve("his")));

        EvidenceShare share = EvidenceShare.of(bob, program);
        assertThat(his).isEqualTo(hers);
        assertThat(share.fromPeers())
            .as("%s%n%s", origin.nginx().log(), bob.control("/status"))
            .isGreaterThanOrEqualTo(his.length);
        return share;
      }
    }
  }

  /** What a program gets of something that has one name. */
  private interface NamedClient {
    byte[] fetch(NamedOrigin origin, NodeProcess node, String name, Path target) throws Exception;
  }

  /** Puts something with a name and a length on an origin. */
  private interface Publisher {
    void publish(NamedOrigin origin, String name, int length) throws IOException;
  }

  /** The same for one thing that is published, after a small one of its kind. */
  private EvidenceShare bySecondNode(
      String program, Publisher publisher, NamedClient client, String name, int length)
      throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      publisher.publish(origin, "small", 10);
      publisher.publish(origin, name, length);
      return bySecondNode(
          origin,
          program,
          (node, target) -> client.fetch(origin, node, "small", target),
          (node, target) -> client.fetch(origin, node, name, target));
    }
  }

  private NodeProcess node(NamedOrigin origin, String name, String rendezvous) throws IOException {
    List<String> options =
        List.of("--share", "on", "--rendezvous", rendezvous, "--trust-origin", origin.authority());
    return NodeProcess.start(directory.resolve(name), options, origin.jvmOptions(), Map.of());
  }

  private static void awaitDocument(NodeProcess node) {
    Pattern documents = Pattern.compile("\"documents\":(\\d+)");
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          Matcher found = documents.matcher(node.control("/status"));
          return found.find() && Integer.parseInt(found.group(1)) > 0;
        });
  }

  @Test
  void pipDownloadsFromAStrangerWhatTheIndexNamesInJsonAndInHtml() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      publishProject(origin, "small-test", 10);
      byte[] one = publishProject(origin, "one-test", FILE_BYTES);
      byte[] other = publishProject(origin, "other-test", FILE_BYTES + 1);

      EvidenceShare share =
          bySecondNode(
              origin,
              "pip download (JSON, HTML)",
              (node, target) -> pip(origin, node, "json", "small-test", target),
              (node, target) ->
                  joined(
                      pip(origin, node, "json", "one-test", target),
                      pip(origin, node, "html", "other-test", target)));

      assertThat(share.by("pypi-index")).isGreaterThanOrEqualTo(one.length + other.length);
    }
  }

  private static byte[] joined(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  /** A wheel of random bytes, with its index in both forms; the wheel. */
  private static byte[] publishProject(NamedOrigin origin, String project, int length)
      throws IOException {
    String file = wheelName(project);
    byte[] wheel = wheel(project, project.replace('-', '_'), length);
    origin.nginx().publish("pip/files/" + file, wheel);
    String digest = ByteString.of(wheel).sha256().hex();
    String url = origin.url("pip/files/" + file);
    origin
        .nginx()
        .publish(
            "pip/json/" + project + "/index.json",
            utf8(
                """
                {"meta": {"api-version": "1.0"}, "name": "%s", "files": [{"filename": "%s",
                 "url": "%s", "hashes": {"sha256": "%s"}, "size": %d}]}
                """
                    .formatted(project, file, url, digest, wheel.length)));
    origin
        .nginx()
        .publish(
            "pip/html/" + project + "/index.html",
            utf8(
                "<!DOCTYPE html><html><body><a href=\"%s#sha256=%s\">%s</a></body></html>"
                    .formatted(url, digest, file)));
    return wheel;
  }

  private static String wheelName(String project) {
    return project.replace('-', '_') + "-1.0.0-py3-none-any.whl";
  }

  private static byte[] wheel(String project, String name, int length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String described = "Metadata-Version: 2.1\nName: " + project + "\nVersion: 1.0.0\n";
    String format = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      entry(zip, name + "/random.bin", Bodies.random(length));
      entry(zip, name + "-1.0.0.dist-info/METADATA", utf8(described));
      entry(zip, name + "-1.0.0.dist-info/WHEEL", utf8(format));
      entry(zip, name + "-1.0.0.dist-info/RECORD", new byte[0]);
    }
    return bytes.toByteArray();
  }

  private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  private byte[] pip(NamedOrigin origin, NodeProcess node, String form, String project, Path target)
      throws Exception {
    Command.run(
        target,
        List.of(
            "python3",
            "-m",
            "pip",
            "--isolated",
            "--disable-pip-version-check",
            "--proxy",
            "http://127.0.0.1:" + node.port(),
            "--trusted-host",
            origin.authority(),
            "download",
            "--no-cache-dir",
            "--no-deps",
            "--index-url",
            origin.url("pip/" + form),
            "--dest",
            target.toString(),
            project + "==1.0.0"));
    return Files.readAllBytes(target.resolve(wheelName(project)));
  }

  @Test
  void skopeoCopiesAnImageFromAStrangerAsItsManifestNamesIt() throws Exception {
    EvidenceShare share =
        bySecondNode(
            "skopeo copy",
            DocumentClientsTest::publishImage,
            DocumentClientsTest::skopeo,
            "random",
            FILE_BYTES);

    assertThat(share.by("oci-manifest") + share.by("url-oci")).isGreaterThanOrEqualTo(FILE_BYTES);
  }

  /** An image of one layer behind an index of platforms, laid out as a registry answers. */
  private static void publishImage(NamedOrigin origin, String name, int length) throws IOException {
    byte[] layer = tar(Bodies.random(length));
    String layerDigest = "sha256:" + ByteString.of(layer).sha256().hex();
    byte[] config =
        utf8(
            """
            {"architecture": "amd64", "os": "linux", "config": {},
             "rootfs": {"type": "layers", "diff_ids": ["%s"]}}
            """
                .formatted(layerDigest));
    String configDigest = "sha256:" + ByteString.of(config).sha256().hex();
    origin.nginx().publish("v2/" + name + "/blobs/" + layerDigest, layer);
    origin.nginx().publish("v2/" + name + "/blobs/" + configDigest, config);
    String descriptor = "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}";
    String manifest =
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"config\": %s, \"layers\": [%s]}"
            .formatted(
                OCI_MANIFEST,
                descriptor.formatted(OCI_CONFIG, configDigest, config.length),
                descriptor.formatted(OCI_LAYER, layerDigest, layer.length));
    String manifestDigest = "sha256:" + ByteString.encodeUtf8(manifest).sha256().hex();
    origin.nginx().publish("v2/" + name + "/manifests/" + manifestDigest, utf8(manifest));
    String index =
        "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"manifests\": [%s]}"
            .formatted(
                OCI_INDEX,
                descriptor
                    .formatted(OCI_MANIFEST, manifestDigest, utf8(manifest).length)
                    .replace(
                        "}", ", \"platform\": {\"architecture\": \"amd64\", \"os\": \"linux\"}}"));
    origin.nginx().publish("v2/" + name + "/manifests/latest", utf8(index));
  }

  /** An archive of one file: its header (POSIX ustar), the bytes in full blocks, two empty ones. */
  private static byte[] tar(byte[] file) {
    byte[] archive = new byte[512 + (file.length + 511) / 512 * 512 + 1024];
    put(archive, 0, "random.bin");
    put(archive, 100, "0000644\0" + "0000000\0" + "0000000\0");
    put(archive, 124, "%011o\0".formatted(file.length) + "00000000000\0" + " ".repeat(8) + "0");
    put(archive, 257, "ustar\0" + "00");
    int sum = 0;
    for (int i = 0; i < 512; i++) {
      sum += archive[i];
    }
    put(archive, 148, "%06o\0 ".formatted(sum));
    System.arraycopy(file, 0, archive, 512, file.length);
    return archive;
  }

  private static void put(byte[] archive, int at, String text) {
    byte[] bytes = utf8(text);
    System.arraycopy(bytes, 0, archive, at, bytes.length);
  }

  private static byte[] skopeo(NamedOrigin origin, NodeProcess node, String image, Path target)
      throws Exception {
    // a proxy's variables count for names alone, never for 127.0.0.1
    String proxy = "http://127.0.0.1:" + node.port();
    Command.run(
        target,
        List.of(
            "env",
            "HTTP_PROXY=" + proxy,
            "HTTPS_PROXY=" + proxy,
            "NO_PROXY=",
            "skopeo",
            "--insecure-policy",
            "--override-arch=amd64",
            "copy",
            "--src-tls-verify=false",
            "docker://" + origin.authority() + "/" + image + ":latest",
            "dir:" + target.resolve(image)));
    try (var files = Files.list(target.resolve(image))) {
      List<Path> all = new ArrayList<>(files.toList());
      all.sort((one, other) -> Long.compare(other.toFile().length(), one.toFile().length()));
      return Files.readAllBytes(all.getFirst());
    }
  }

  @Test
  void curlGetsFromAStrangerWhatAMetalinkAndAChecksumFileName() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      publishMetalink(origin, "small", 10);
      publishMetalink(origin, "linked", FILE_BYTES);
      byte[] summed = publishFile(origin, "summed", FILE_BYTES);
      publishSum(origin, "summed.bin.sha256", ByteString.of(summed).sha256(), "summed.bin");
      byte[] strong = publishFile(origin, "strong", FILE_BYTES);
      publishSum(origin, "strong.bin.sha512", ByteString.of(strong).sha512(), "strong.bin");
      byte[] listed = publishFile(origin, "listed", FILE_BYTES);
      publishSum(origin, "SHA256SUMS", ByteString.of(listed).sha256(), "*listed.bin");

      EvidenceShare share =
          bySecondNode(
              origin,
              "curl after a Metalink, a .sha256, a .sha512 and SHA256SUMS",
              (node, target) -> curl(origin, node, target, "small.meta4", "small.bin"),
              (node, target) ->
                  joined(
                      joined(
                          curl(origin, node, target, "linked.meta4", "linked.bin"),
                          curl(origin, node, target, "summed.bin.sha256", "summed.bin")),
                      joined(
                          curl(origin, node, target, "strong.bin.sha512", "strong.bin"),
                          curl(origin, node, target, "SHA256SUMS", "listed.bin"))));

      assertThat(share.by("metalink")).isGreaterThanOrEqualTo(FILE_BYTES);
      assertThat(share.by("checksum-file")).isGreaterThanOrEqualTo(3 * FILE_BYTES);
    }
  }

  @Test
  void whatADocumentSaidIsKnownAfterARestart() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), LOCATIONS)) {
      byte[] file = publishFile(origin, "summed", FILE_BYTES);
      publishSum(origin, "summed.bin.sha256", ByteString.of(file).sha256(), "summed.bin");
      Path target = Files.createDirectories(directory.resolve("target"));
      try (NodeProcess alice = node(origin, "alice", "embedded")) {
        curl(origin, alice, target, "summed.bin.sha256", "summed.bin");
        try (NodeProcess bob = node(origin, "bob", alice.rendezvous())) {
          curl(origin, bob, target, "summed.bin.sha256");
          awaitDocument(bob);
        }
        try (NodeProcess bob = node(origin, "bob", alice.rendezvous())) {
          bob.awaitPeers(1);
          assertThat(curl(origin, bob, target, "summed.bin")).isEqualTo(file);
          assertThat(EvidenceShare.of(bob, "curl after a restart").fromPeers())
              .isEqualTo(FILE_BYTES);
        }
      }
    }
  }

  /** It asks for four parts at the same time. */
  @Test
  void aria2GetsFromAStrangerInRangesWhatItsMetalinkNames() throws Exception {
    EvidenceShare share =
        bySecondNode(
            "aria2c after a Metalink",
            DocumentClientsTest::publishMetalink,
            DocumentClientsTest::aria2,
            "split",
            SPLIT_BYTES);

    assertThat(share.by("metalink")).isGreaterThan(0);
  }

  private static byte[] aria2(NamedOrigin origin, NodeProcess node, String name, Path target)
      throws Exception {
    String proxy = "http://127.0.0.1:" + node.port();
    for (String file : List.of(name + ".meta4", name + ".bin")) {
      Command.run(
          target,
          List.of(
              "aria2c",
              "--no-conf",
              "--all-proxy=" + proxy,
              "--follow-metalink=false",
              "--split=4",
              "--max-connection-per-server=4",
              "--min-split-size=1M",
              origin.url("dl/" + file)));
    }
    return Files.readAllBytes(target.resolve(name + ".bin"));
  }

  private static void publishMetalink(NamedOrigin origin, String name, int length)
      throws IOException {
    byte[] file = publishFile(origin, name, length);
    origin
        .nginx()
        .publish(
            "dl/" + name + ".meta4",
            utf8(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="%s.bin">
                  <size>%d</size><hash type="sha-256">%s</hash><url>%s</url>
                </file></metalink>
                """
                    .formatted(
                        name,
                        file.length,
                        ByteString.of(file).sha256().hex(),
                        origin.url("dl/" + name + ".bin"))));
  }

  private static byte[] publishFile(NamedOrigin origin, String name, int length)
      throws IOException {
    byte[] file = bytes(name, length);
    origin.nginx().publish("dl/" + name + ".bin", file);
    return file;
  }

  private static void publishSum(
      NamedOrigin origin, String document, ByteString digest, String names) throws IOException {
    String gap = names.startsWith("*") ? " " : "  ";
    origin.nginx().publish("dl/" + document, utf8(digest.hex() + gap + names + "\n"));
  }

  /** Gets these one after the other; the last of them. */
  private byte[] curl(NamedOrigin origin, NodeProcess node, Path target, String... files)
      throws Exception {
    String proxy = "http://127.0.0.1:" + node.port();
    for (String file : files) {
      Command.run(target, List.of("curl", "-sf", "-x", proxy, "-O", origin.url("dl/" + file)));
    }
    return Files.readAllBytes(target.resolve(files[files.length - 1]));
  }

  private static byte[] bytes(String name, int length) {
    byte[] bytes = new byte[length];
    new Random(name.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
