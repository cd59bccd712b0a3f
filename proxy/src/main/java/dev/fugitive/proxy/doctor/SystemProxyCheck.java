package dev.fugitive.proxy.doctor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether programs use the proxy, and whether some use one that is not there. */
public final class SystemProxyCheck {
  static final String NAME = "system";
  private static final List<String> VARIABLES =
      List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY");

  /**
   * What was seen.
   *
   * @param desktop its name, if there is one
   * @param desktopUsesUs whether it asks this proxy's PAC file
   * @param shellProxies what the shell's variables name
   * @param authority this proxy's {@code host:port}
   * @param proxyAnswers whether it answers there
   */
  public record Facts(
      Optional<String> desktop,
      boolean desktopUsesUs,
      List<String> shellProxies,
      String authority,
      boolean proxyAnswers) {}

  private SystemProxyCheck() {}

  /** The proxies that an environment names. */
  public static List<String> shellProxies(Map<String, String> environment) {
    return VARIABLES.stream()
        .flatMap(name -> Stream.ofNullable(environment.get(name)))
        .filter(value -> !value.isBlank())
        .distinct()
        .toList();
  }

  /** Judges it. */
  public static Finding judge(Facts facts) {
    boolean shellUsesUs = facts.shellProxies().stream().anyMatch(each -> isOurs(each, facts));
    if (shellUsesUs && !facts.proxyAnswers()) {
      return Finding.failed(
          NAME,
          "this shell's programs ask " + facts.authority() + ", where no proxy answers",
          "fugitive proxy",
          "eval \"$(fugitive system off)\"");
    }
    Optional<String> other =
        facts.shellProxies().stream().filter(each -> !isOurs(each, facts)).findFirst();
    if (other.isPresent()) {
      return Finding.note(
          NAME,
          "this shell's programs use another proxy, " + other.get(),
          "eval \"$(fugitive system on)\"");
    }
    if (facts.desktopUsesUs() || shellUsesUs) {
      String who = facts.desktopUsesUs() ? facts.desktop().orElse("desktop") : "this shell";
      return facts.proxyAnswers()
          ? Finding.ok(NAME, who + "'s programs use the proxy")
          : Finding.warning(
              NAME,
              who + "'s programs go directly, since the proxy does not answer",
              "fugitive proxy");
    }
    return Finding.note(
        NAME,
        "programs do not use the proxy" + facts.desktop().map(name -> " (" + name + ")").orElse(""),
        facts.desktop().isPresent() ? "fugitive system on" : "eval \"$(fugitive system on)\"");
  }

  private static boolean isOurs(String proxy, Facts facts) {
    String authority = proxy.replaceFirst("^[a-z]+://", "").replaceFirst("/+$", "");
    return authority.replaceFirst("^localhost:", "127.0.0.1:").equals(facts.authority());
  }
}
