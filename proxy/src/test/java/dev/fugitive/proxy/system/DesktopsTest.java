package dev.fugitive.proxy.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code fugitive system} on real settings of GNOME and KDE. */
class DesktopsTest {
  private static final String SCHEMA = "org.gnome.system.proxy";
  private static final String LISTEN = "127.0.0.1:8118";
  private static final String PAC = "http://" + LISTEN + "/proxy.pac";

  @TempDir Path directory;

  @Test
  void gnomeGetsBackWhatItHadAlsoAfterKillsAndAReboot() throws Exception {
    try (DesktopSession session = DesktopSession.start(directory, "ubuntu:GNOME")) {
      session.tool("gsettings", "set", SCHEMA, "mode", "manual");
      session.tool("gsettings", "set", SCHEMA, "autoconfig-url", "http://office.example/it's.pac");
      session.tool("gsettings", "set", SCHEMA + ".http", "host", "proxy.office.example");
      session.tool("gsettings", "set", SCHEMA + ".http", "port", "3128");
      String before = settings(session);

      assertThat(session.system("on", "--proxy", LISTEN)).contains("system proxy on: gnome");
      assertThat(settings(session)).contains("mode 'auto'").contains("'" + PAC + "'");
      assertThat(session.system("status", "--proxy", LISTEN)).contains("this proxy, by " + PAC);
      session.system("off");
      assertThat(settings(session)).isEqualTo(before);

      session.systemKilledAt(0, "on", "--proxy", LISTEN);
      assertThat(settings(session)).isEqualTo(before);
      session.systemKilledAt(1, "on", "--proxy", LISTEN);
      assertThat(settings(session)).isNotEqualTo(before);
      session.system("on", "--proxy", LISTEN);
      session.systemKilledAt(1, "off");
      session.reboot();
      session.system("off");
      assertThat(settings(session)).isEqualTo(before);
    }
  }

  private static String settings(DesktopSession session) throws Exception {
    return session.tool("gsettings", "list-recursively", SCHEMA);
  }

  @Test
  void aBrowserOnKdeUsesTheProxyFromOnToOffAndIsNeverOffline() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), "");
        DesktopSession session = DesktopSession.start(directory.resolve("home"), "KDE")) {
      origin.nginx().publish("page.html", "<p>here".getBytes(StandardCharsets.UTF_8));
      try (NodeProcess node = node(origin, session)) {
        session.system("on", "--proxy", "127.0.0.1:" + node.port());
        assertThat(isProxied(session, origin, "on")).isTrue();

        node.kill();

        assertThat(isProxied(session, origin, "killed")).isFalse();
      }
      try (NodeProcess again = node(origin, session)) {
        Awaitility.await()
            .until(() -> Files.readString(again.output()).contains("which is not this proxy"));
        session.system("on", "--proxy", "127.0.0.1:" + again.port());
        assertThat(isProxied(session, origin, "again")).isTrue();
        session.system("off");
        assertThat(isProxied(session, origin, "off")).isFalse();
        assertThat(kdeProxyType(session)).isEqualTo("unset");
      }
    }
  }

  @Test
  void aBrowserOnGnomeUsesTheProxyAndIsNeverOffline() throws Exception {
    try (NamedOrigin origin = NamedOrigin.start(directory.resolve("origin"), "");
        DesktopSession session = DesktopSession.start(directory.resolve("home"), "ubuntu:GNOME");
        NodeProcess node = node(origin, session)) {
      origin.nginx().publish("page.html", "<p>here".getBytes(StandardCharsets.UTF_8));
      session.system("on", "--proxy", "127.0.0.1:" + node.port());
      assertThat(isProxied(session, origin, "on")).isTrue();

      node.kill();

      assertThat(isProxied(session, origin, "killed")).isFalse();
    }
  }

  private NodeProcess node(NamedOrigin origin, DesktopSession session) throws IOException {
    List<String> options = List.of("--rendezvous", "none", "--trust-origin", origin.authority());
    return NodeProcess.start(
        directory.resolve("home"), options, origin.jvmOptions(), session.environment());
  }

  private static String kdeProxyType(DesktopSession session) throws Exception {
    return session.tool(
        "kreadconfig5",
        "--file",
        "kioslaverc",
        "--group",
        "Proxy Settings",
        "--key",
        "ProxyType",
        "--default",
        "unset");
  }

  /** Loads a page in a browser that was told of no proxy, in this session. */
  private boolean isProxied(DesktopSession session, NamedOrigin origin, String name)
      throws IOException {
    try (Chromium browser =
        Chromium.start(
            directory.resolve("browser-" + name),
            List.of(NamedOrigin.browserOption()),
            session.environment())) {
      Loaded page = browser.load(origin.url("page.html")).get(origin.url("page.html"));
      assertThat(page).isNotNull();
      assertThat(page.status()).isEqualTo(200);
      return page.source().isPresent();
    }
  }
}
