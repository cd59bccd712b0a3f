package dev.fugitive.proxy.desktop;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds a proxy's host and port in what desktops write around them. */
final class HostPort {
  /** Where a scheme has a proxy of its own, {@code http=a:1;https=b:2}, the one for HTTPS. */
  private static final Pattern FOR_HTTPS = Pattern.compile("(?:^|;)https=([^;]*)");

  private static final Pattern FORM =
      Pattern.compile(
          "(?:[a-z]+=)?(?:https?://)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])[: ]([0-9]{1,5})/?");

  private HostPort() {}

  static Optional<String> find(String text) {
    Matcher https = FOR_HTTPS.matcher(text);
    String own = https.find() ? https.group(1) : text.split(";", 2)[0];
    Matcher parts = FORM.matcher(own.strip());
    return parts.matches() && !parts.group(2).matches("0+")
        ? Optional.of(parts.group(1) + ":" + parts.group(2))
        : Optional.empty();
  }
}
