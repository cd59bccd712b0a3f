package dev.fugitive.proxy.config;

import dev.fugitive.client.limits.QuietHours;
import dev.fugitive.client.limits.UploadPolicy;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** The settings that say what may be given to peers, and what each makes of a policy. */
public final class UploadChoices {
  /** All of them, also while the proxy runs. */
  public static final Set<Setting> SETTINGS =
      Set.copyOf(
          EnumSet.of(
              Setting.SHARE,
              Setting.UPLOAD_LIMIT,
              Setting.UPLOAD_SLOTS,
              Setting.UPLOAD_MONTH,
              Setting.LAN_ONLY,
              Setting.QUIET_HOURS,
              Setting.ON_BATTERY,
              Setting.ON_METERED,
              Setting.ON_VPN));

  private static final String NONE = "none";

  private UploadChoices() {}

  /** The keys of all of them. */
  public static Set<String> keys() {
    return SETTINGS.stream().map(Setting::key).collect(Collectors.toUnmodifiableSet());
  }

  /** A policy with what was given, of all settings that concern it. */
  public static UploadPolicy apply(UploadPolicy policy, Map<Setting, Given> given)
      throws SettingsException {
    UploadPolicy changed = policy;
    for (Map.Entry<Setting, Given> each : given.entrySet()) {
      if (SETTINGS.contains(each.getKey())) {
        changed = apply(changed, each.getKey(), each.getValue());
      }
    }
    return changed;
  }

  private static UploadPolicy apply(UploadPolicy policy, Setting setting, Given given)
      throws SettingsException {
    return switch (setting) {
      case SHARE -> policy.withSharing(isOn(given));
      case UPLOAD_LIMIT ->
          policy.withRate(size(given, UploadPolicy.MIN_RATE_BYTES_PER_SECOND, "1m, 512k"));
      case UPLOAD_SLOTS -> policy.withSlots(slots(given));
      case UPLOAD_MONTH -> policy.withMonth(size(given, UploadPolicy.MIN_MONTH_BYTES, "20g, 500m"));
      case LAN_ONLY -> policy.withLanOnly(isOn(given));
      case QUIET_HOURS -> policy.withQuietHours(quietHours(given));
      case ON_BATTERY -> policy.withOnBattery(isOn(given));
      case ON_METERED -> policy.withOnMetered(isOn(given));
      case ON_VPN -> policy.withOnVpn(isOn(given));
      default ->
          throw new IllegalArgumentException(setting + " (expected: one of " + SETTINGS + ")");
    };
  }

  /** Whether a setting of two values is on. */
  static boolean isOn(Given given) throws SettingsException {
    return switch (given.only()) {
      case "on" -> true;
      case "off" -> false;
      default -> throw given.refused(given.only(), "on or off");
    };
  }

  private static Optional<Long> size(Given given, long least, String examples)
      throws SettingsException {
    if (given.only().equals(NONE)) {
      return Optional.empty();
    }
    OptionalLong bytes = ByteSize.parse(given.only());
    if (bytes.isEmpty() || bytes.getAsLong() < least) {
      throw given.refused(
          given.only(),
          "a size like " + examples + ", at least " + ByteSize.format(least) + ", or none");
    }
    return Optional.of(bytes.getAsLong());
  }

  private static int slots(Given given) throws SettingsException {
    String text = given.only();
    if (!text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > 10_000) {
      throw given.refused(text, "1 to 10000");
    }
    return Integer.parseInt(text);
  }

  private static Optional<QuietHours> quietHours(Given given) throws SettingsException {
    if (given.only().equals(NONE)) {
      return Optional.empty();
    }
    try {
      return Optional.of(QuietHours.parse(given.only()));
    } catch (IllegalArgumentException malformed) {
      throw given.refused(given.only(), "HH:MM-HH:MM, for example 22:00-07:00, or none");
    }
  }
}
