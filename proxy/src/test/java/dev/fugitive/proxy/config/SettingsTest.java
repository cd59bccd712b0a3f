package dev.fugitive.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.lan.LanScope;
import dev.fugitive.client.limits.DeviceClass;
import dev.fugitive.client.limits.Hardware;
import dev.fugitive.client.limits.QuietHours;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.HostPattern;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user chose, from wherever, becomes one value or one line that says why not. */
final class SettingsTest {
  private static final long GIB = 1L << 30;
  private static final String KEY = "ed25519:" + "A".repeat(43) + "=";

  private final Map<Setting, Given> flags = new EnumMap<>(Setting.class);
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> file = new ArrayList<>();
  private long freeDiskBytes = 1000 * GIB;
  private Hardware hardware = new Hardware(8 * GIB, 4, true);
  private Choices choices = Choices.NONE;

  private Settings read() throws SettingsException {
    return SettingsReader.read(
        flags,
        environment,
        ConfigFile.parse(file, "fugitive.conf"),
        choices,
        Directories.of(environment, "Linux", Path.of("/home/user")),
        () -> hardware,
        directory -> freeDiskBytes);
  }

  private void flag(Setting setting, String... values) {
    flags.put(setting, new Given(List.of(values), setting.flag()));
  }

  @Test
  void nothingGivenMeansTheDefaults() throws SettingsException {
    Settings settings = read();
    assertThat(settings.listen().getPort()).isEqualTo(8118);
    assertThat(settings.listen().getAddress().isLoopbackAddress()).isTrue();
    assertThat(settings.cacheDir()).isEqualTo(Path.of("/home/user/.cache/fugitive"));
    assertThat(settings.stateDir()).isEqualTo(Path.of("/home/user/.local/state/fugitive"));
    assertThat(settings.memorySizeBytes()).isEqualTo(256L << 20);
    assertThat(settings.rendezvous()).isEqualTo(new Settings.Rendezvous.Embedded());
    assertThat(settings.share()).isEmpty();
    assertThat(settings.policy()).isEqualTo(FetchPolicy.OFFLOAD);
    assertThat(settings.trust()).isEmpty();
  }

  @Test
  void theDefaultCacheIsTheSmallerOfTenGibibytesAndAFifthOfTheFreeDisk() throws SettingsException {
    assertThat(read().cacheSizeBytes()).isEqualTo(10 * GIB);
    freeDiskBytes = 10 * GIB;
    assertThat(read().cacheSizeBytes()).isEqualTo(2 * GIB);
  }

  @Test
  void flagsWinOverTheEnvironmentAndTheEnvironmentOverTheFile() throws SettingsException {
    file.add("cache-size = 1g");
    assertThat(read().cacheSizeBytes()).isEqualTo(GIB);
    environment.put("FUGITIVE_CACHE_SIZE", "2g");
    assertThat(read().cacheSizeBytes()).isEqualTo(2 * GIB);
    flag(Setting.CACHE_SIZE, "3g");
    assertThat(read().cacheSizeBytes()).isEqualTo(3 * GIB);
  }

  @Test
  void everySettingIsAFlagAVariableAndAKey() throws SettingsException {
    List<String> values =
        List.of(
            "127.0.0.1:1",
            "/c",
            "1g",
            "1m",
            "none",
            "on",
            "1m",
            "3",
            "5g",
            "on",
            "22:00-07:00",
            "on",
            "on",
            "on",
            "server",
            "20",
            "127.0.0.1",
            KEY,
            "127.0.0.1:3",
            KEY,
            "a:80",
            "latency",
            "stun:a:1",
            "*.a.test",
            "b.a.test",
            "off");
    Setting[] settings = Setting.values();
    for (int i = 0; i < settings.length; i++) {
      flag(settings[i], values.get(i));
      environment.put(settings[i].variable(), values.get(i));
      file.add(settings[i].key() + " = " + values.get(i));
    }
    Settings byAll = read();
    flags.clear();
    Settings byEnvironment = read();
    environment.clear();
    assertThat(byEnvironment).isEqualTo(byAll);
    assertThat(read()).isEqualTo(byAll);
    assertThat(byAll.share()).isEqualTo(Optional.of(true));
    assertThat(byAll.trustOrigins().origins()).containsExactly(HostPattern.parse("a:80"));
  }

  @Test
  void whatMayBeUploadedIsOnePolicy() throws SettingsException {
    assertThat(read().uploads()).isEqualTo(UploadPolicy.OFF);
    flag(Setting.SHARE, "on");
    flag(Setting.UPLOAD_LIMIT, "512k");
    flag(Setting.UPLOAD_SLOTS, "3");
    flag(Setting.UPLOAD_MONTH, "none");
    flag(Setting.QUIET_HOURS, "9:00-17:30");
    flag(Setting.ON_VPN, "on");
    assertThat(read().uploads())
        .isEqualTo(
            UploadPolicy.OFF
                .withSharing(true)
                .withRate(Optional.of(512L << 10))
                .withSlots(3)
                .withMonth(Optional.empty())
                .withQuietHours(Optional.of(QuietHours.parse("09:00-17:30")))
                .withOnVpn(true));
  }

  @Test
  void theDeviceClassSetsTheDefaultsAndWhatIsGivenWinsOverIt() throws SettingsException {
    hardware = new Hardware(64 * GIB, 16, false);
    Settings server = read();
    assertThat(server.deviceClass()).isEqualTo(DeviceClass.SERVER);
    assertThat(server.memorySizeBytes()).isEqualTo(GIB);
    assertThat(server.cacheSizeBytes()).isEqualTo(40 * GIB);
    assertThat(server.connections()).isEqualTo(new Settings.Connections(16, 32));
    assertThat(server.uploads().slots()).isEqualTo(64);

    flag(Setting.DEVICE_CLASS, "small");
    flag(Setting.CONNECTIONS, "10");
    flag(Setting.MEMORY_SIZE, "100m");
    assertThat(read().deviceClass()).isEqualTo(DeviceClass.SMALL);
    assertThat(read().connections()).isEqualTo(new Settings.Connections(10, 15));
    assertThat(read().memorySizeBytes()).isEqualTo(100L << 20);
    flag(Setting.MEMORY_SIZE, "900g");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("--memory-size: 900g (expected: at most ")
        .hasMessageContaining("half of Java's heap");
    flag(Setting.MEMORY_SIZE, "100m");
    assertThat(read().uploads().slots()).isEqualTo(4);
  }

  @Test
  void whatWasChosenWhileItRanHoldsUnlessItIsGivenOtherwise() throws SettingsException {
    choices = Choices.NONE.with(Map.of(Setting.SHARE, "on", Setting.UPLOAD_MONTH, "5g"));
    assertThat(read().share()).contains(true);
    assertThat(read().uploads().monthBytes()).contains(5 * GIB);
    assertThat(read().fixed()).isEmpty();

    file.add("upload-month = 7g");
    assertThat(read().uploads().monthBytes()).contains(7 * GIB);
    flag(Setting.SHARE, "off");
    assertThat(read().uploads().sharing()).isFalse();
    assertThat(read().fixed()).containsExactlyInAnyOrder(Setting.SHARE, Setting.UPLOAD_MONTH);
  }

  @Test
  void theLocalNetworkHearsOfANodeOnceItsUserHasSaidYesToSharing() throws SettingsException {
    assertThat(read().lanScope()).isEmpty();
    assertThat(read().withShare(false).lanScope()).isEmpty();
    assertThat(read().withShare(true).lanScope()).contains(LanScope.PRIVATE_NETWORKS);
    flag(Setting.LAN, "on");
    assertThat(read().lanScope()).contains(LanScope.PRIVATE_NETWORKS);
    flag(Setting.LAN, "off");
    assertThat(read().withShare(true).lanScope()).isEmpty();
  }

  @Test
  void listsMayBeRepeatedOrHaveCommas() throws SettingsException {
    file.add("trust-origin = mirror.office, lab:8080");
    file.add("trust-origin = [::1]:80");
    assertThat(read().trustOrigins().origins())
        .containsExactlyInAnyOrder(
            HostPattern.parse("mirror.office"),
            HostPattern.parse("lab:8080"),
            HostPattern.parse("[::1]:80"));
  }

  @ParameterizedTest
  @CsvSource({
    "LISTEN, 8118",
    "LISTEN, 127.0.0.1:99999",
    "CACHE_SIZE, big",
    "CACHE_SIZE, -1",
    "CACHE_SIZE, 1k",
    "MEMORY_SIZE, 9999999t",
    "RENDEZVOUS, ftp://a/",
    "RENDEZVOUS, maybe",
    "SHARE, yes",
    "UPLOAD_LIMIT, fast",
    "UPLOAD_LIMIT, 1",
    "UPLOAD_SLOTS, 0",
    "UPLOAD_SLOTS, many",
    "UPLOAD_MONTH, 1k",
    "LAN_ONLY, yes",
    "QUIET_HOURS, 22-7",
    "QUIET_HOURS, 25:00-07:00",
    "QUIET_HOURS, 07:00-07:00",
    "ON_BATTERY, 1",
    "ON_METERED, true",
    "ON_VPN, never",
    "DEVICE_CLASS, huge",
    "CONNECTIONS, -1",
    "CONNECTIONS, 501",
    "LAN, maybe",
    "MIRROR_COMMANDER, me",
    "MIRROR_LISTEN, 80",
    "LAN, 203.0.113.7",
    "TRUST, ed25519:AAAA",
    "TRUST_ORIGIN, http://a/",
    "POLICY, fast",
    "ICE_SERVER, http://a"
  })
  void aBadValueIsNamedWithItsSettingAndWhatWasExpected(Setting setting, String value) {
    flag(setting, value);
    assertThatThrownBy(this::read)
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(setting.flag() + ": " + value + " (expected: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theFilesErrorsNameTheLine() {
    file.add("# comment");
    file.add("");
    file.add("cache-sise = 1g");
    assertThatThrownBy(this::read)
        .hasMessage("fugitive.conf:3: unknown key cache-sise (expected: cache-size?)");
    file.set(2, "colour = blue");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("fugitive.conf:3: unknown key colour (expected: one of listen, ");
    file.set(2, "cache-size 1g");
    assertThatThrownBy(this::read).hasMessageStartingWith("fugitive.conf:3: cache-size 1g");
    file.set(2, "cache-size = huge");
    assertThatThrownBy(this::read).hasMessageStartingWith("fugitive.conf:3: cache-size: huge");
    file.set(2, "share = on");
    file.add("share = off");
    assertThatThrownBy(this::read)
        .hasMessage("fugitive.conf:4: share is already set at fugitive.conf:3");
  }

  @ParameterizedTest
  @CsvSource({
    "FUGITIVE_CACHE_SIZ, FUGITIVE_CACHE_SIZE",
    "FUGITIVE_SHAER, FUGITIVE_SHARE",
    "FUGITIVE_UPLOADLIMIT, FUGITIVE_UPLOAD_LIMIT",
    "FUGITIVE_CONFIGS, FUGITIVE_CONFIG"
  })
  void aVariableThatIsNearlyAKnownOneIsRefused(String written, String meant) {
    environment.put(written, "1g");
    assertThatThrownBy(this::read)
        .isInstanceOf(SettingsException.class)
        .hasMessage(written + ": unknown variable (expected: " + meant + "?)");
  }

  @Test
  void whatOthersSetUnderTheNameIsIgnoredAndCanBeTold() throws SettingsException {
    environment.put("FUGITIVE_SERVICE_HOST", "10.0.0.1");
    environment.put("FUGITIVE_PORT_8118_TCP", "tcp://10.0.0.1:8118");
    environment.put("FUGITIVE_JAVA_OPTIONS", "-Xmx1g");
    environment.put("FUGITIVE_SHELL", "before");
    environment.put("FUGITIVE_CONFIG", "/c");
    environment.put("FUGITIVE_CACHE_SIZ", " ");

    assertThat(read().cacheSizeBytes()).isEqualTo(10 * GIB);
    assertThat(Variables.unknown(environment))
        .containsExactly("FUGITIVE_PORT_8118_TCP", "FUGITIVE_SERVICE_HOST");
  }

  @Test
  void theTemplateIsAValidFileThatChoosesNothing(@TempDir Path directory) throws Exception {
    Path written = Files.writeString(directory.resolve("c"), ConfigFile.template());
    assertThat(ConfigFile.read(written)).isEmpty();
  }

  @Test
  void aMissingFileIsNamed(@TempDir Path directory) {
    assertThatThrownBy(() -> ConfigFile.read(directory.resolve("gone")))
        .isInstanceOf(SettingsException.class)
        .hasMessage("--config: " + directory.resolve("gone") + ": there is no such file or folder");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "512k, 524288", "256m, 268435456", "10G, 10737418240", "1gib, 1073741824"})
  void sizesHaveUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(OptionalLong.of(bytes));
  }

  @Test
  void eachPlatformHasItsDirectories() {
    Path home = Path.of("/home/user");
    assertThat(Directories.of(Map.of("XDG_CACHE_HOME", "/x"), "Linux", home).cache())
        .isEqualTo(Path.of("/x/fugitive"));
    assertThat(Directories.of(Map.of("XDG_CACHE_HOME", "x"), "Linux", home).cache())
        .isEqualTo(Path.of("/home/user/.cache/fugitive"));
    assertThat(Directories.of(Map.of(), "Mac OS X", home).cache())
        .isEqualTo(Path.of("/home/user/Library/Caches/fugitive"));
    assertThat(Directories.of(Map.of(), "Windows 11", home).cache())
        .isEqualTo(Path.of("/home/user/AppData/Local/fugitive/cache"));
  }
}
