package dev.fugitive.proxy.cli;

import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.proxy.config.ByteSize;
import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.control.JsonObject;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is given to others, in words for people. */
final class ShareText {
  private ShareText() {}

  /** What a running proxy says. */
  static String of(JsonObject standing) throws ApiException {
    StringBuilder text = new StringBuilder();
    boolean allowed = standing.requireTruth("allowed");
    line(text, "sharing", standing.requireTruth("share") ? "on" : "off");
    line(
        text,
        "now",
        allowed ? "giving what is asked for" : "nothing: " + reasons(standing.texts("reasons")));
    Optional<String> pause = standing.text("paused-until");
    if (pause.isPresent()) {
      line(text, "paused", "until " + pause.get());
    }
    String limit = standing.number("upload-month").map(ShareText::ofLimit).orElse("");
    line(
        text,
        standing.requireText("month"),
        ByteSize.format(standing.number("month-bytes").orElse(0L)) + limit);
    line(
        text,
        "rate",
        standing
            .number("upload-limit")
            .map(bytes -> "at most " + ByteSize.format(bytes) + "/s")
            .orElse("not limited"));
    line(text, "at the same time", standing.number("upload-slots").orElse(0L));
    line(text, "to", standing.requireTruth("lan-only") ? "your own network alone" : "anybody");
    line(text, "quiet hours", standing.text("quiet-hours").orElse("none"));
    line(
        text,
        "also",
        also(
            standing.requireTruth("on-battery"),
            standing.requireTruth("on-metered"),
            standing.requireTruth("on-vpn")));
    List<String> fixed = standing.texts("fixed");
    if (fixed.contains(Setting.SHARE.key())) {
      line(text, "at the next start", "what flag, environment or file say about sharing holds");
    }
    return text.toString();
  }

  private static String ofLimit(long bytes) {
    return " of " + ByteSize.format(bytes);
  }

  /** What a proxy would start with. */
  static String of(Settings settings, Choices choices) {
    UploadPolicy policy = settings.uploads();
    StringBuilder text = new StringBuilder();
    line(text, "sharing", policy.sharing() ? "on" : "off");
    choices
        .consent()
        .ifPresent(given ->
            line(
                text,
                "answered",
                given.when().truncatedTo(ChronoUnit.SECONDS)
                    + ", by "
                    + given.how().name().toLowerCase(Locale.ROOT)));
    policy
        .pausedUntil()
        .ifPresent(end ->
            line(
                text,
                "paused",
                "until "
                    + (end.equals(UploadPolicy.UNTIL_RESUMED)
                        ? "resumed"
                        : end.truncatedTo(ChronoUnit.SECONDS))));
    return text.toString();
  }

  private static String reasons(List<String> tokens) {
    return tokens.stream()
        .map(token -> token.equals("not-read-yet") ? "the machine's state is being read" : token)
        .collect(Collectors.joining(", "));
  }

  private static String also(boolean onBattery, boolean onMetered, boolean onVpn) {
    StringBuilder words = new StringBuilder();
    words.append(onBattery ? "on battery " : "");
    words.append(onMetered ? "metered " : "");
    words.append(onVpn ? "through a VPN " : "");
    return words.isEmpty() ? "not on battery, metered or through a VPN" : words.toString().strip();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append(String.format(Locale.ROOT, "%-18s%s%n", name, value));
  }
}
