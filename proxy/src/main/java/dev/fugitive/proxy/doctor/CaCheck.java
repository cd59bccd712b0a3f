package dev.fugitive.proxy.doctor;

import dev.fugitive.client.trust.HostPattern;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether the hosts that are to be decrypted can be, by programs that trust this machine's CA. */
public final class CaCheck {
  static final String NAME = "ca";
  private static final Duration SOON = Duration.ofDays(30);

  /**
   * The authority that is there.
   *
   * @param obstacle why its key cannot be used, if so
   * @param permitsAll whether it may speak for every host that is to be decrypted
   * @param trustedBy the stores that hold it
   * @param stores those that could
   */
  public record Authority(
      Instant expires,
      Optional<String> obstacle,
      boolean permitsAll,
      List<String> trustedBy,
      List<String> stores) {}

  private CaCheck() {}

  /**
   * Judges it.
   *
   * @param hosts those that the user named
   */
  public static Finding judge(List<HostPattern> hosts, Optional<Authority> authority, Instant now) {
    if (authority.isEmpty()) {
      return hosts.isEmpty()
          ? Finding.ok(NAME, "none, and no host is to be decrypted")
          : Finding.failed(NAME, "none, though hosts are to be decrypted", init(hosts));
    }
    Authority found = authority.get();
    if (found.obstacle().isPresent()) {
      return Finding.failed(NAME, found.obstacle().get(), init(hosts));
    }
    if (!now.isBefore(found.expires())) {
      return Finding.failed(
          NAME, "expired at " + found.expires(), init(hosts), "fugitive ca install");
    }
    if (!found.permitsAll()) {
      return Finding.failed(
          NAME,
          "made for other hosts than are to be decrypted",
          init(hosts),
          "fugitive ca install");
    }
    if (found.trustedBy().isEmpty()) {
      return Finding.warning(
          NAME,
          "no program trusts it (looked in " + String.join(", ", found.stores()) + ")",
          "fugitive ca install");
    }
    String words = "trusted by " + String.join(", ", found.trustedBy());
    return found.expires().isBefore(now.plus(SOON))
        ? Finding.warning(
            NAME, words + "; expires at " + found.expires(), init(hosts), "fugitive ca install")
        : Finding.ok(NAME, words + ", until " + found.expires());
  }

  private static String init(List<HostPattern> hosts) {
    return hosts.isEmpty()
        ? "fugitive ca init --host HOST"
        : "fugitive ca init --host "
            + String.join(",", hosts.stream().map(HostPattern::toString).toList());
  }
}
