package dev.fugitive.proxy.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An origin with names that exist in one test alone: the nodes find them in a hosts file, a browser
 * that goes directly by a rule for its resolver.
 */
final class NamedOrigin implements AutoCloseable {
  static final String PUBLIC_NAME = "site.test";
  static final String NEAR_NAME = "site.lan";

  private final NginxOrigin nginx;
  private final Path hostsFile;

  private NamedOrigin(NginxOrigin nginx, Path hostsFile) {
    this.nginx = nginx;
    this.hostsFile = hostsFile;
  }

  static NamedOrigin start(Path directory, String locations) throws IOException {
    NginxOrigin nginx = NginxOrigin.start(directory, locations);
    Path hostsFile = directory.resolve("hosts");
    Files.writeString(hostsFile, "127.0.0.1 " + PUBLIC_NAME + " " + NEAR_NAME + "\n");
    return new NamedOrigin(nginx, hostsFile);
  }

  NginxOrigin nginx() {
    return nginx;
  }

  /** The origin as {@code --trust-origin} names it. */
  String authority() {
    return PUBLIC_NAME + ":" + nginx.port();
  }

  String url(String name) {
    return "http://" + authority() + "/" + name;
  }

  String nearUrl(String name) {
    return "http://" + NEAR_NAME + ":" + nginx.port() + "/" + name;
  }

  List<String> jvmOptions() {
    return List.of("-Djdk.net.hosts.file=" + hostsFile);
  }

  static String browserOption() {
    return "--host-resolver-rules=MAP "
        + PUBLIC_NAME
        + " 127.0.0.1, MAP "
        + NEAR_NAME
        + " 127.0.0.1";
  }

  @Override
  public void close() {
    nginx.close();
  }
}
