package dev.fugitive.proxy.config;

import dev.fugitive.client.lan.LanScope;
import dev.fugitive.client.limits.DeviceClass;
import dev.fugitive.client.limits.Hardware;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.transport.webrtc.IceServer;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.client.trust.TrustOrigins;
import dev.fugitive.proxy.decrypt.DecryptHosts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Makes {@link Settings} of what was given, and refuses what cannot be followed. */
public final class SettingsReader {
  private static final long MIB = 1L << 20;
  private static final long MIN_CACHE_BYTES = 64 * MIB;
  private static final int MAX_CONNECTIONS = 500;

  private final Map<Setting, Given> given;
  private final Set<Setting> fixed;
  private final Optional<Instant> pausedUntil;
  private final Supplier<Hardware> hardware;
  private final Directories directories;
  private final ToLongFunction<Path> freeDiskBytes;

  private SettingsReader(
      Map<Setting, Given> given,
      Set<Setting> fixed,
      Optional<Instant> pausedUntil,
      Directories directories,
      Supplier<Hardware> hardware,
      ToLongFunction<Path> freeDiskBytes) {
    this.given = given;
    this.fixed = fixed;
    this.pausedUntil = pausedUntil;
    this.hardware = hardware;
    this.directories = directories;
    this.freeDiskBytes = freeDiskBytes;
  }

  /**
   * Flags win over the environment, the environment over the file, the file over what was chosen
   * while the program ran.
   */
  public static Settings read(
      Map<Setting, Given> flags,
      Map<String, String> environment,
      Map<Setting, Given> file,
      Choices choices,
      Directories directories,
      Supplier<Hardware> hardware,
      ToLongFunction<Path> freeDiskBytes)
      throws SettingsException {
    Map<Setting, Given> all = new EnumMap<>(Setting.class);
    all.putAll(file);
    all.putAll(Variables.given(environment));
    all.putAll(flags);
    Set<Setting> fixed = Set.copyOf(all.keySet());
    choices
        .values()
        .forEach((setting, value) ->
            all.putIfAbsent(setting, new Given(List.of(value), "chosen " + setting.key())));
    return new SettingsReader(
            all, fixed, choices.pausedUntil(), directories, hardware, freeDiskBytes)
        .read();
  }

  /** The values in one text: a list with commas where the setting is repeatable. */
  public static List<String> split(Setting setting, String text) {
    return setting.isRepeatable()
        ? Arrays.stream(text.split(",")).map(String::strip).filter(v -> !v.isEmpty()).toList()
        : List.of(text);
  }

  private Settings read() throws SettingsException {
    Path cacheDir = path(Setting.CACHE_DIR, directories.cache());
    DeviceClass device = deviceClass();
    UploadPolicy usual = UploadPolicy.OFF.withSlots(device.slots()).withPausedUntil(pausedUntil);
    return new Settings(
        address(Setting.LISTEN, "127.0.0.1:8118"),
        cacheDir,
        size(Setting.CACHE_SIZE, MIN_CACHE_BYTES, defaultCacheBytes(cacheDir, device)),
        memorySize(device),
        rendezvous(),
        onOrOff(Setting.SHARE),
        UploadChoices.apply(usual, given),
        device,
        connections(device),
        fixed,
        lan(),
        keys(Setting.MIRROR_COMMANDER),
        mirrorListen(),
        trust(),
        trustOrigins(),
        policy(),
        iceServers(),
        decrypt(),
        onOrOff(Setting.ACCESS_LOG).orElse(true),
        directories.state(),
        directories.trustFile());
  }

  private long defaultCacheBytes(Path cacheDir, DeviceClass device) {
    return Math.clamp(freeDiskBytes.applyAsLong(cacheDir) / 5, MIN_CACHE_BYTES, device.diskBytes());
  }

  /** Bodies in memory are in Java's own. */
  private long memorySize(DeviceClass device) throws SettingsException {
    long bytes = size(Setting.MEMORY_SIZE, 0, device.memoryBytes());
    Given chosen = given.get(Setting.MEMORY_SIZE);
    long mostBytes = Runtime.getRuntime().maxMemory() / 2;
    if (chosen != null && bytes > mostBytes) {
      throw chosen.refused(
          chosen.only(),
          "at most %dm, half of Java's heap, which FUGITIVE_JAVA_OPTIONS=-Xmx… makes larger"
              .formatted(mostBytes >> 20));
    }
    return bytes;
  }

  private DeviceClass deviceClass() throws SettingsException {
    Given chosen =
        given.getOrDefault(
            Setting.DEVICE_CLASS, new Given(List.of("auto"), Setting.DEVICE_CLASS.flag()));
    return switch (chosen.only()) {
      case "auto" -> DeviceClass.of(hardware.get());
      case "small" -> DeviceClass.SMALL;
      case "laptop" -> DeviceClass.LAPTOP;
      case "desktop" -> DeviceClass.DESKTOP;
      case "server" -> DeviceClass.SERVER;
      default -> throw chosen.refused(chosen.only(), "auto, small, laptop, desktop or server");
    };
  }

  /** Half as many again may come from others. */
  private Settings.Connections connections(DeviceClass device) throws SettingsException {
    Given chosen = given.get(Setting.CONNECTIONS);
    if (chosen == null) {
      return new Settings.Connections(device.targetConnections(), device.maxConnections());
    }
    String text = chosen.only();
    if (!text.matches("[0-9]{1,3}") || Integer.parseInt(text) > MAX_CONNECTIONS) {
      throw chosen.refused(text, "0 to " + MAX_CONNECTIONS);
    }
    int target = Integer.parseInt(text);
    return new Settings.Connections(target, target + target / 2);
  }

  private InetSocketAddress address(Setting setting, String otherwise) throws SettingsException {
    Given chosen = given.getOrDefault(setting, new Given(List.of(otherwise), setting.flag()));
    return listenAddress(chosen);
  }

  /** An address to listen on: a host and a port, which may be 0 for any free one. */
  public static InetSocketAddress listenAddress(Given chosen) throws SettingsException {
    String text = chosen.only();
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    String port = text.substring(colon + 1);
    if (host.isEmpty() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
      throw chosen.refused(text, "ADDRESS:PORT, for example 127.0.0.1:8118");
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port));
    } catch (UnknownHostException unknown) {
      throw chosen.refused(text, "an address of this machine");
    }
  }

  private Path path(Setting setting, Path otherwise) throws SettingsException {
    Given chosen = given.get(setting);
    if (chosen == null) {
      return otherwise;
    }
    try {
      return Path.of(chosen.only()).toAbsolutePath().normalize();
    } catch (InvalidPathException invalid) {
      throw chosen.refused(chosen.only(), "a directory");
    }
  }

  private long size(Setting setting, long leastBytes, long otherwise) throws SettingsException {
    Given chosen = given.get(setting);
    if (chosen == null) {
      return otherwise;
    }
    OptionalLong bytes = ByteSize.parse(chosen.only());
    if (bytes.isEmpty() || bytes.getAsLong() < leastBytes) {
      throw chosen.refused(
          chosen.only(), "a size like 256m or 10g, at least " + ByteSize.format(leastBytes));
    }
    return bytes.getAsLong();
  }

  private Settings.Rendezvous rendezvous() throws SettingsException {
    Given chosen = given.get(Setting.RENDEZVOUS);
    if (chosen == null) {
      return new Settings.Rendezvous.Embedded();
    }
    return switch (chosen.only()) {
      case "embedded" -> new Settings.Rendezvous.Embedded();
      case "none" -> new Settings.Rendezvous.None();
      default -> new Settings.Rendezvous.At(url(chosen, chosen.only(), Set.of("ws", "wss")));
    };
  }

  private Optional<Boolean> onOrOff(Setting setting) throws SettingsException {
    Given chosen = given.get(setting);
    if (chosen == null) {
      return Optional.empty();
    }
    return Optional.of(UploadChoices.isOn(chosen));
  }

  private Settings.Lan lan() throws SettingsException {
    Given chosen = given.get(Setting.LAN);
    if (chosen == null) {
      return new Settings.Lan.AsShared();
    }
    return switch (chosen.only()) {
      case "on" -> new Settings.Lan.On(LanScope.PRIVATE_NETWORKS);
      case "off" -> new Settings.Lan.Off();
      default -> new Settings.Lan.On(LanScope.at(ownAddress(chosen)));
    };
  }

  private static InetAddress ownAddress(Given chosen) throws SettingsException {
    String text = chosen.only();
    String expected = "on, off, or an address of this machine";
    if (!text.matches("[0-9a-fA-F.:%]+")) {
      throw chosen.refused(text, expected);
    }
    try {
      InetAddress address = InetAddress.getByName(text);
      if (NetworkInterface.getByInetAddress(address) == null) {
        throw chosen.refused(text, expected);
      }
      return address;
    } catch (UnknownHostException | SocketException notAnAddress) {
      throw chosen.refused(text, expected);
    }
  }

  private Set<PeerId> trust() throws SettingsException {
    return keys(Setting.TRUST);
  }

  private Set<PeerId> keys(Setting setting) throws SettingsException {
    String expected = "ed25519:BASE64 of 32 bytes, as 'fugitive key' prints it";
    return Set.copyOf(parsed(setting, expected, PeerId::parse));
  }

  private Optional<InetSocketAddress> mirrorListen() throws SettingsException {
    Given chosen = given.get(Setting.MIRROR_LISTEN);
    return chosen == null ? Optional.empty() : Optional.of(listenAddress(chosen));
  }

  private TrustOrigins trustOrigins() throws SettingsException {
    return new TrustOrigins(
        parsed(Setting.TRUST_ORIGIN, "HOST, HOST:PORT or *.HOST", HostPattern::parse));
  }

  private FetchPolicy policy() throws SettingsException {
    Given chosen = given.get(Setting.POLICY);
    if (chosen == null) {
      return FetchPolicy.OFFLOAD;
    }
    return switch (chosen.only()) {
      case "offload" -> FetchPolicy.OFFLOAD;
      case "latency" -> FetchPolicy.LATENCY;
      default -> throw chosen.refused(chosen.only(), "offload or latency");
    };
  }

  private List<String> iceServers() throws SettingsException {
    parsed(
        Setting.ICE_SERVER, "stun:HOST[:PORT] or turn:USER:PASSWORD@HOST[:PORT]", IceServer::parse);
    Given chosen = given.get(Setting.ICE_SERVER);
    return chosen == null ? List.of() : chosen.values();
  }

  private DecryptHosts decrypt() throws SettingsException {
    return new DecryptHosts(
        parsed(
            Setting.DECRYPT,
            "HOST, HOST:PORT or *.HOST, a name and not an address",
            DecryptHosts::parseName),
        parsed(Setting.NO_DECRYPT, "HOST, HOST:PORT or *.HOST", HostPattern::parse));
  }

  /** Each of a repeatable setting's values, read by a parser that refuses by its own exception. */
  private <T> List<T> parsed(Setting setting, String expected, Function<String, T> parser)
      throws SettingsException {
    Given chosen = given.getOrDefault(setting, new Given(List.of(), setting.flag()));
    List<T> values = new ArrayList<>();
    for (String text : chosen.values()) {
      try {
        values.add(parser.apply(text));
      } catch (IllegalArgumentException malformed) {
        throw chosen.refused(text, expected);
      }
    }
    return values;
  }

  private static URI url(Given chosen, String text, Set<String> schemes) throws SettingsException {
    String expected = "a URL with " + String.join(" or ", schemes.stream().sorted().toList());
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      boolean namesHost = url.isOpaque() || url.getHost() != null;
      if (!schemes.contains(scheme) || !namesHost) {
        throw chosen.refused(text, expected);
      }
      return url;
    } catch (URISyntaxException malformed) {
      throw chosen.refused(text, expected);
    }
  }
}
