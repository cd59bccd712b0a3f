package dev.fugitive.bench.lab;

import dev.fugitive.cache.content.ContentHasher;
import dev.fugitive.client.manifest.ManifestMaker;
import dev.fugitive.client.manifest.SiteManifest;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.HttpUrl;
import okio.ByteString;

/** An nginx on a host of the lab, for HTTP and HTTPS, that serves files of random bytes. */
public final class Origin implements Closeable {
  private static final int BLOCK_BYTES = 1024 * 1024;
  private static final int START_POLLS = 250;
  private static final long POLL_NANOS = 20_000_000;
  private static final long CERTIFICATE_SECONDS = 20;

  private final Path directory;
  private final String address;
  private final int plainPort;
  private final int securePort;
  private final Process process;

  private Origin(Path directory, String address, int plainPort, int securePort, Process process) {
    this.directory = directory;
    this.address = address;
    this.plainPort = plainPort;
    this.securePort = securePort;
    this.process = process;
  }

  /**
   * A file that is served.
   *
   * @param path from the root, with its slash
   * @param sha256 of its bytes, in hexadecimal
   * @param root of its Merkle tree
   */
  public record Served(String path, long lengthBytes, String sha256, ByteString root) {}

  /** Starts one on a host; returns when it answers. */
  public static Origin start(Ground ground, Host host, Path directory)
      throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("files"));
    String address = ground.address(host);
    int plain = ground.shapesEverything() ? 80 : freePort();
    int secure = ground.shapesEverything() ? 443 : freePort();
    certify(directory, address);
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(configuration, configuration(directory, address, plain, secure));
    List<String> command = new ArrayList<>(ground.on(host));
    command.addAll(
        List.of("nginx", "-e", directory + "/error.log", "-c", configuration.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Origin origin =
        new Origin(
            directory, address, ground.publish(host, plain), ground.publish(host, secure), process);
    origin.awaitStarted();
    return origin;
  }

  private static String configuration(Path directory, String address, int plain, int secure) {
    // the workers must be able to read what this user wrote
    String user = System.getProperty("user.name");
    return """
    daemon off;
    %5$s
    worker_processes 1;
    pid %1$s/nginx.pid;
    error_log %1$s/error.log;
    events { worker_connections 4096; }
    http {
      log_format asked '$msec $remote_addr $status $body_bytes_sent $request_time "$http_range" $request_method $request_uri';
      access_log %1$s/access.log asked;
      client_body_temp_path %1$s/body;
      proxy_temp_path %1$s/proxy;
      fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi;
      scgi_temp_path %1$s/scgi;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 100000;
      ssl_certificate %1$s/certificate.pem;
      ssl_certificate_key %1$s/key.pem;
      server {
        listen %2$s:%3$d;
        listen %2$s:%4$d ssl;
        root %1$s/files;
        add_header Cache-Control max-age=86400;
        add_header Link '<%6$s>; rel="%7$s"';
        location /.well-known/ { add_header Cache-Control no-cache; }
      }
    }
    """
        .formatted(
            directory,
            address,
            plain,
            secure,
            user.equals("root") ? "user root;" : "",
            SiteManifest.PATH,
            SiteManifest.LINK_RELATION);
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  private static void certify(Path directory, String address)
      throws IOException, InterruptedException {
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=lab",
                "-addext",
                "subjectAltName=IP:" + address,
                "-keyout",
                directory + "/key.pem",
                "-out",
                directory + "/certificate.pem")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("openssl.log").toFile())
            .start();
    if (!openssl.waitFor(CERTIFICATE_SECONDS, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
      throw new IOException(
          "openssl made no certificate: " + Files.readString(directory.resolve("openssl.log")));
    }
  }

  private void awaitStarted() throws IOException {
    Path started = directory.resolve("nginx.pid");
    for (int poll = 0; poll < START_POLLS && process.isAlive(); poll++) {
      if (Files.exists(started)) {
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    close();
    throw new IOException(
        "nginx did not start: " + Files.readString(directory.resolve("error.log")));
  }

  /** What clients of the HTTPS port are to trust. */
  public Path certificate() {
    return directory.resolve("certificate.pem");
  }

  /** Each request that was answered, a line each. */
  public Path accessLog() {
    return directory.resolve("access.log");
  }

  /** The authorities, as a node is told to trust them. */
  public List<String> authorities() {
    return List.of(address + ":" + plainPort, address + ":" + securePort);
  }

  /** The URL of a path over plain HTTP. */
  public String plain(String path) {
    return "http://" + address + ":" + plainPort + path;
  }

  /** The URL of a path over HTTPS. */
  public String secure(String path) {
    return "https://" + address + ":" + securePort + path;
  }

  /** Makes a file of random bytes, others for each name and each seed. */
  public Served serve(String name, long lengthBytes, long seed) throws IOException {
    // the same bytes under two names would be one content, which a node that has it need not fetch
    Random random = new Random(31 * seed + name.hashCode());
    MessageDigest digest = sha256();
    ContentHasher hasher = new ContentHasher();
    byte[] block = new byte[(int) Math.min(BLOCK_BYTES, Math.max(1, lengthBytes))];
    Path target = directory.resolve("files").resolve(name);
    Files.createDirectories(target.getParent());
    try (OutputStream file = Files.newOutputStream(target)) {
      for (long left = lengthBytes; left > 0; left -= block.length) {
        random.nextBytes(block);
        int length = (int) Math.min(left, block.length);
        digest.update(block, 0, length);
        hasher.update(block, 0, length);
        file.write(block, 0, length);
      }
    }
    return new Served(
        "/" + name,
        lengthBytes,
        HexFormat.of().formatHex(digest.digest()),
        hasher.finish().tree().id().root());
  }

  /** Publishes the manifest of what is served now. */
  public void publish() throws IOException {
    Path files = directory.resolve("files");
    ManifestMaker.make(files, HttpUrl.get(plain("/")), files, Instant.now());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether an origin answers there; for tests. */
  boolean answers() {
    try (Socket socket = new Socket(address, plainPort)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
    Children.awaitEnd(process);
  }
}
