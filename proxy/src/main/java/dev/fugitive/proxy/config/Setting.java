package dev.fugitive.proxy.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** One thing that the user may choose, by flag, environment variable or file, in this order. */
public enum Setting {
  LISTEN("ADDRESS:PORT", "where the proxy listens", "127.0.0.1:8118"),
  CACHE_DIR("DIR", "where contents are kept", "the platform's cache directory"),
  CACHE_SIZE("SIZE", "hard limit on disk", "by the device class, at most 20 % of the free disk"),
  MEMORY_SIZE("SIZE", "limit of the memory tier", "by the device class"),
  RENDEZVOUS("URL|embedded|none", "where peers find each other", "embedded"),
  SHARE("on|off", "whether peers may fetch from this node", "off until you have said yes"),
  UPLOAD_LIMIT("SIZE|none", "what all uploads together may take, a second", "none"),
  UPLOAD_SLOTS("N", "uploads at the same time", "by the device class"),
  UPLOAD_MONTH("SIZE|none", "what may be uploaded in a month", "20g"),
  LAN_ONLY("on|off", "whether only peers on your own network get anything", "off"),
  QUIET_HOURS("HH:MM-HH:MM|none", "hours of the day in which nothing is uploaded", "none"),
  ON_BATTERY("on|off", "whether uploads go on while the machine runs on its battery", "off"),
  ON_METERED("on|off", "whether uploads go on over a metered connection", "off"),
  ON_VPN("on|off", "whether uploads go on through a VPN", "off"),
  DEVICE_CLASS(
      "auto|small|laptop|desktop|server", "what kind of machine the defaults are for", "auto"),
  CONNECTIONS("N", "how many peers to be linked to", "by the device class"),
  LAN(
      "on|off|ADDRESS",
      "whether nodes on one network find each other by mDNS; an address of this machine stands for"
          + " its network alone",
      "as --share"),
  MIRROR_COMMANDER("KEY", "a key that may tell this node what to keep ('fugitive mirror')", "none"),
  MIRROR_LISTEN(
      "ADDRESS:PORT", "where what is mirrored is served by plain HTTP, to everybody", "nowhere"),
  TRUST("KEY", "a key whose vouchers count, as 'fugitive key' prints it", "none"),
  TRUST_ORIGIN(
      "HOST[:PORT]",
      "an origin whose answers may be vouched for and shared although they come over plain HTTP or"
          + " from a private address",
      "none"),
  POLICY("offload|latency", "whether peers are to spare the origin or to be fast", "offload"),
  ICE_SERVER("URL", "a STUN or TURN server", "none"),
  DECRYPT(
      "HOST[:PORT]",
      "a host, or *.HOST, whose TLS is opened with this machine's CA ('fugitive ca')",
      "none"),
  NO_DECRYPT("HOST[:PORT]", "a host that stays a tunnel although --decrypt names it", "none"),
  ACCESS_LOG(
      "on|off", "whether a line is written for each fetch, for you alone ('fugitive logs')", "on");

  private final String placeholder;
  private final String description;
  private final String defaultWords;

  Setting(String placeholder, String description, String defaultWords) {
    this.placeholder = placeholder;
    this.description = description;
    this.defaultWords = defaultWords;
  }

  /** The key in the file, {@code cache-size}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The flag, {@code --cache-size}. */
  public String flag() {
    return "--" + key();
  }

  /** The environment variable, {@code FUGITIVE_CACHE_SIZE}. */
  public String variable() {
    return "FUGITIVE_" + name();
  }

  /** What stands for the value in a usage line. */
  public String placeholder() {
    return placeholder;
  }

  /** What it chooses. */
  public String description() {
    return description;
  }

  /** What holds where nothing is chosen. */
  public String defaultWords() {
    return defaultWords;
  }

  /** Whether it may be given several times, or as a list with commas. */
  public boolean isRepeatable() {
    return switch (this) {
      case MIRROR_COMMANDER, TRUST, TRUST_ORIGIN, ICE_SERVER, DECRYPT, NO_DECRYPT -> true;
      default -> false;
    };
  }

  /** The setting with this key. */
  public static Optional<Setting> ofKey(String key) {
    return Arrays.stream(values()).filter(setting -> setting.key().equals(key)).findFirst();
  }
}
