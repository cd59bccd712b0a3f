package dev.fugitive.proxy.system;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * An nginx of this test's own on loopback, serving a directory; its access log is the truth about
 * what the origin sent.
 */
final class NginxOrigin implements AutoCloseable {
  private final Path directory;
  private final int port;
  private Process process;

  private NginxOrigin(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /** Starts an origin that serves the files of {@code directory/www}. */
  static NginxOrigin start(Path directory) throws IOException {
    return start(directory, "");
  }

  /** Starts an origin with more in its {@code server} block. */
  static NginxOrigin start(Path directory, String locations) throws IOException {
    return start(directory, "", locations);
  }

  /** Starts an origin that speaks TLS alone, and over it HTTP/1.1. */
  static NginxOrigin startTls(Path directory, Path certificate, Path key) throws IOException {
    String locations = "ssl_certificate %s; ssl_certificate_key %s;".formatted(certificate, key);
    return start(directory, "ssl", locations);
  }

  private static NginxOrigin start(Path directory, String listenOption, String locations)
      throws IOException {
    Files.createDirectories(directory.resolve("www"));
    Files.createDirectories(directory.resolve("temp"));
    int port = freePort();
    Files.writeString(
        directory.resolve("nginx.conf"), configuration(directory, port, listenOption, locations));
    NginxOrigin origin = new NginxOrigin(directory, port, launch(directory));
    origin.awaitListening();
    return origin;
  }

  /** Puts a file where the origin serves it. */
  void publish(String name, byte[] bytes) throws IOException {
    Path file = directory.resolve("www").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  String authority() {
    return "127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  String url(String name) {
    return "http://" + authority() + "/" + name;
  }

  /** Body bytes that the origin sent in answers for this name, by its own log. */
  long bodyBytesSent(String name) throws IOException {
    return log().stream()
        .map(line -> line.split(" "))
        .filter(fields -> fields[1].equals("/" + name))
        .mapToLong(fields -> Long.parseLong(fields[3]))
        .sum();
  }

  /** The access log: method, path, status, body bytes, Range or a dash. */
  List<String> log() throws IOException {
    return Files.readAllLines(directory.resolve("access.log"));
  }

  void stop() {
    Program.end(process, Duration.ofSeconds(10));
  }

  void restart() throws IOException {
    process = launch(directory);
    awaitListening();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitListening() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .ignoreException(ConnectException.class)
        .until(() -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
          }
        });
  }

  private static Process launch(Path directory) throws IOException {
    return new ProcessBuilder(
            "nginx",
            "-p",
            directory.toString(),
            "-c",
            "nginx.conf",
            "-e",
            directory.resolve("error.log").toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("nginx.out").toFile())
        .start();
  }

  private static String configuration(
      Path directory, int port, String listenOption, String locations) {
    String user = "root".equals(System.getProperty("user.name")) ? "user root;" : "";
    return """
    %s
    daemon off;
    worker_processes 1;
    pid %s/nginx.pid;
    events { worker_connections 512; }
    http {
      types { text/plain txt; application/octet-stream bin; application/json json;
        text/html html; text/css css; text/javascript js; image/svg+xml svg; }
      log_format counted '$request_method $uri $status $body_bytes_sent $http_range';
      access_log %s/access.log counted;
      client_body_temp_path %s/temp/body;
      proxy_temp_path %s/temp/proxy;
      fastcgi_temp_path %s/temp/fastcgi;
      uwsgi_temp_path %s/temp/uwsgi;
      scgi_temp_path %s/temp/scgi;
      client_max_body_size 1g;
      gzip_types text/plain application/json;
      gzip_static off;
      server {
        listen 127.0.0.1:%d %s;
        root %s/www;
        add_header Cache-Control "public, max-age=3600";
        location /gzip/ { alias %s/www/; gzip on; gzip_min_length 1; gzip_proxied any; gzip_vary on; }
        %s
      }
    }
    """
        .formatted(
            user,
            directory,
            directory,
            directory,
            directory,
            directory,
            directory,
            directory,
            port,
            listenOption,
            directory,
            directory,
            locations);
  }
}
