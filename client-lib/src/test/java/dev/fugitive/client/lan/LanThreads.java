package dev.fugitive.client.lan;

import java.util.List;
import java.util.Locale;

/** The platform threads of local networks that run in this process. */
final class LanThreads {
  private LanThreads() {}

  static List<String> running() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.equals("lan-discovery") || isOfMdns(name))
        .toList();
  }

  private static boolean isOfMdns(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("jmdns") || lower.contains("socketlistener(fugitive-");
  }
}
