package dev.fugitive.proxy.log;

import dev.fugitive.client.trust.HostPattern;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Which lines of the access log are wanted; each part that is there must hold.
 *
 * @param host of the URL
 * @param status the code, or its class as {@code 4xx}
 * @param source bytes came from there, by name
 * @param since the request came then or later
 * @param failedOnly those that did not end well: failed, or answered with 400 and above
 */
public record AccessFilter(
    Optional<HostPattern> host,
    Optional<String> status,
    Optional<String> source,
    Optional<Instant> since,
    boolean failedOnly)
    implements Predicate<AccessRecord> {
  private static final Pattern STATUS = Pattern.compile("[1-5]([0-9]{2}|xx)");

  /** Whether a text can be a status to look for. */
  public static boolean isStatus(String text) {
    return STATUS.matcher(text).matches();
  }

  @Override
  public boolean test(AccessRecord line) {
    return host.map(pattern -> isAt(pattern, line.url())).orElse(true)
        && status.map(wanted -> has(wanted, line.status())).orElse(true)
        && source.map(name -> line.sources().contains(name)).orElse(true)
        && since.map(from -> !line.started().isBefore(from)).orElse(true)
        && (!failedOnly || line.status() >= 400 || line.end().equals("failed"));
  }

  private static boolean has(String wanted, int status) {
    String code = Integer.toString(status);
    return wanted.endsWith("xx")
        ? code.length() == 3 && code.charAt(0) == wanted.charAt(0)
        : code.equals(wanted);
  }

  private static boolean isAt(HostPattern pattern, String text) {
    HttpUrl url = HttpUrl.parse(text);
    return url != null && pattern.matches(url.host(), url.port());
  }
}
