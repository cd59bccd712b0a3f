package dev.fugitive.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.http.FrontEndSettings.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl, as its users run it. */
final class CurlTest {
  private static final int UPLOAD_BYTES = 64 << 20;

  @TempDir Path directory;

  private final MockWebServer origin = new MockWebServer();
  private TestProxy proxy;

  @BeforeEach
  void start() throws IOException {
    origin.start();
    proxy = new TestProxy(Limits.DEFAULT);
  }

  @AfterEach
  void stop() {
    proxy.close();
    origin.close();
  }

  private String curl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("curl", "-q", "-sS", "--max-time", "60"));
    command.addAll(List.of("--noproxy", "", "-x", "http://127.0.0.1:" + proxy.address().getPort()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static ByteString random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteString.of(bytes);
  }

  @Test
  void aPlainGet() throws Exception {
    ByteString body = random(3_000_000);
    origin.enqueue(new MockResponse.Builder().body(new Buffer().write(body)).build());
    Path file = directory.resolve("got");
    curl("-o", file.toString(), origin.url("/a").toString());
    assertThat(ByteString.of(Files.readAllBytes(file))).isEqualTo(body);
  }

  @Test
  void aResumedDownload() throws Exception {
    origin.enqueue(
        new MockResponse.Builder()
            .code(206)
            .addHeader("Content-Range", "bytes 5-10/11")
            .body(" world")
            .build());
    Path file = Files.writeString(directory.resolve("got"), "hello");
    curl("-C", "-", "-o", file.toString(), origin.url("/a").toString());
    assertThat(Files.readString(file)).isEqualTo("hello world");
    assertThat(origin.takeRequest().getHeaders().get("Range")).isEqualTo("bytes=5-");
  }

  @Test
  void aHead() throws Exception {
    origin.enqueue(new MockResponse.Builder().addHeader("Content-Length", "12345").build());
    assertThat(curl("-I", origin.url("/a").toString()))
        .startsWith("HTTP/1.1 200 OK")
        .containsIgnoringCase("content-length: 12345");
  }

  @Test
  void aLargePost() throws Exception {
    Path file = directory.resolve("upload");
    ByteString body = random(UPLOAD_BYTES);
    Files.write(file, body.toByteArray());
    origin.enqueue(new MockResponse.Builder().body("thanks").build());
    assertThat(curl("--data-binary", "@" + file, origin.url("/a").toString())).isEqualTo("thanks");
    RecordedRequest seen = origin.takeRequest();
    assertThat(seen.getBodySize()).isEqualTo(UPLOAD_BYTES);
    assertThat(seen.getBody()).isEqualTo(body);
  }

  @Test
  void aChunkedPut() throws Exception {
    Path file = directory.resolve("upload");
    ByteString body = random(1_000_000);
    Files.write(file, body.toByteArray());
    origin.enqueue(new MockResponse.Builder().code(201).build());
    curl("-H", "Transfer-Encoding: chunked", "-T", file.toString(), origin.url("/a").toString());
    assertThat(origin.takeRequest().getBody()).isEqualTo(body);
  }

  @Test
  void aTunnel() throws Exception {
    origin.enqueue(new MockResponse.Builder().body("through the tunnel").build());
    assertThat(curl("-p", "http://127.0.0.1:" + origin.getPort() + "/a"))
        .isEqualTo("through the tunnel");
    assertThat(origin.takeRequest().getHeaders().get("Via")).isNull();
  }

  @Test
  void severalUrlsOverOneConnection() throws Exception {
    for (int i = 0; i < 3; i++) {
      origin.enqueue(new MockResponse.Builder().body("x").build());
    }
    String url = origin.url("/a").toString();
    assertThat(curl("-w", "%{num_connects} ", url, url, url)).isEqualTo("x1 x0 x0 ");
  }
}
