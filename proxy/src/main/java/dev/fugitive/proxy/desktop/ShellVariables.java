package dev.fugitive.proxy.desktop;

import dev.fugitive.proxy.config.Variables;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The variables that programs in a shell take their proxy from, as lines for the shell to evaluate.
 *
 * <p>A shell's variables die with it, so what was set before is kept in a variable beside them. No
 * program goes directly where a proxy from a variable does not answer; lines that set it should be
 * made only while it does.
 */
public final class ShellVariables {
  private static final List<String> PROXIES =
      List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY");
  private static final List<String> EXCEPTIONS = List.of("no_proxy", "NO_PROXY");

  /** What was set, and what was there before, in the form of a URL's query. */
  private static final String MEMORY = Variables.SHELL;

  private static final List<String> DIRECT =
      List.of(
          "localhost",
          "127.0.0.0/8",
          "::1",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "169.254.0.0/16",
          ".local",
          ".internal");

  private ShellVariables() {}

  /** Lines that set the proxy in a shell with this environment. */
  public static List<String> on(
      Shell shell, Map<String, String> environment, String authority, List<String> bypass) {
    Map<String, String> before = new TreeMap<>(environment);
    takeBack(before);
    Map<String, String> set = wanted(before, "http://" + authority, bypass);
    List<String> lines = new ArrayList<>();
    set.forEach((name, value) -> lines.add(shell.export(name, value)));
    lines.add(shell.export(MEMORY, memory(set, before)));
    return lines;
  }

  /** Lines that give a shell with this environment back what it had. */
  public static List<String> off(Shell shell, Map<String, String> environment) {
    Map<String, String> after = new TreeMap<>(environment);
    takeBack(after);
    List<String> lines = new ArrayList<>();
    for (String name : names()) {
      String value = after.get(name);
      if (value == null && environment.containsKey(name)) {
        lines.add(shell.unset(name));
      } else if (value != null && !value.equals(environment.get(name))) {
        lines.add(shell.export(name, value));
      }
    }
    if (environment.containsKey(MEMORY)) {
      lines.add(shell.unset(MEMORY));
    }
    return lines;
  }

  /** Whether a shell with this environment was given the variables. */
  public static boolean isOn(Map<String, String> environment) {
    return environment.containsKey(MEMORY);
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(PROXIES);
    names.addAll(EXCEPTIONS);
    return names;
  }

  private static Map<String, String> wanted(
      Map<String, String> before, String proxyUrl, List<String> bypass) {
    Set<String> direct = new LinkedHashSet<>(DIRECT);
    for (String name : EXCEPTIONS) {
      Arrays.stream(before.getOrDefault(name, "").split(",", -1))
          .map(String::strip)
          .filter(each -> !each.isEmpty())
          .forEach(direct::add);
    }
    direct.addAll(bypass);
    Map<String, String> wanted = new LinkedHashMap<>();
    PROXIES.forEach(name -> wanted.put(name, proxyUrl));
    EXCEPTIONS.forEach(name -> wanted.put(name, String.join(",", direct)));
    return wanted;
  }

  private static String memory(Map<String, String> set, Map<String, String> before) {
    List<String> pairs = new ArrayList<>();
    set.forEach((name, value) -> pairs.add("set." + name + "=" + encode(value)));
    set.keySet().stream()
        .filter(before::containsKey)
        .forEach(name -> pairs.add("was." + name + "=" + encode(before.getOrDefault(name, ""))));
    return String.join("&", pairs);
  }

  /** Makes an environment what it was, but for variables that somebody has set since. */
  private static void takeBack(Map<String, String> environment) {
    Map<String, String> memory = decode(environment.getOrDefault(MEMORY, ""));
    environment.remove(MEMORY);
    for (String name : names()) {
      String set = memory.get("set." + name);
      if (set != null && set.equals(environment.get(name))) {
        environment.remove(name);
        String was = memory.get("was." + name);
        if (was != null) {
          environment.put(name, was);
        }
      }
    }
  }

  private static Map<String, String> decode(String memory) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : memory.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        values.put(pair.substring(0, equals), value);
      }
    }
    return values;
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
