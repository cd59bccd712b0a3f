package dev.fugitive.proxy;

import dev.fugitive.client.limits.UploadDecision;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.limits.UploadStanding;
import dev.fugitive.proxy.config.Choices;
import dev.fugitive.proxy.config.Setting;
import dev.fugitive.proxy.config.Settings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells what may be uploaded in the words of the control API. */
final class UploadReport {
  private UploadReport() {}

  static Map<String, Object> of(
      UploadStanding standing, Settings settings, Optional<Choices.Consent> consent) {
    Map<String, Object> report = new LinkedHashMap<>();
    policy(standing.policy(), report);
    report.put("allowed", standing.decision().isAllowed());
    report.put("reasons", reasons(standing.decision()));
    report.put("next-change", standing.nextChange());
    report.put("month", standing.month().month());
    report.put("month-bytes", standing.month().bytes());
    report.put(
        "machine",
        Map.of(
            "power", word(standing.machine().power()),
            "cost", word(standing.machine().cost()),
            "path", word(standing.machine().path())));
    report.put("device-class", word(settings.deviceClass()));
    report.put("fixed", settings.fixed().stream().map(Setting::key).sorted().toList());
    report.put(
        "answered", consent.map(given -> Map.of("when", given.when(), "how", word(given.how()))));
    return report;
  }

  private static void policy(UploadPolicy policy, Map<String, Object> report) {
    report.put("share", policy.sharing());
    report.put("upload-limit", policy.rateBytesPerSecond());
    report.put("upload-slots", policy.slots());
    report.put("upload-month", policy.monthBytes());
    report.put("lan-only", policy.lanOnly());
    report.put("quiet-hours", policy.quietHours());
    report.put("on-battery", policy.onBattery());
    report.put("on-metered", policy.onMetered());
    report.put("on-vpn", policy.onVpn());
    report.put("paused-until", policy.pausedUntil().map(UploadReport::end));
  }

  private static String end(Instant pausedUntil) {
    return pausedUntil.equals(UploadPolicy.UNTIL_RESUMED)
        ? "resumed"
        : pausedUntil.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static List<String> reasons(UploadDecision decision) {
    return switch (decision) {
      case UploadDecision.Allowed allowed -> List.of();
      case UploadDecision.Refused(List<UploadDecision.Reason> reasons) ->
          reasons.stream().map(UploadDecision.Reason::token).toList();
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
