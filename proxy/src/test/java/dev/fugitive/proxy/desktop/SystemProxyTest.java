package dev.fugitive.proxy.desktop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is set is saved first and given back as it was, whatever dies in between. */
final class SystemProxyTest {
  private static final String PAC = "http://127.0.0.1:8118/proxy.pac";
  private static final int MORE_THAN_ALL = 9;

  @TempDir Path stateDir;

  static Stream<Arguments> machines() {
    return Stream.of(
        machine("GNOME, nothing set", "gnome", () -> new RecordedMachine.OfGnome("'none'", "''")),
        machine(
            "GNOME, a fixed proxy", "gnome", () -> new RecordedMachine.OfGnome("'manual'", "''")),
        machine(
            "GNOME, another PAC file",
            "gnome",
            () -> new RecordedMachine.OfGnome("'auto'", "'http://office.example/proxy.pac'")),
        machine("KDE, never set", "kde6", RecordedMachine.OfKde::new),
        machine("KDE, another PAC file", "kde6", () -> kde("2", "http://office.example/x.pac")),
        machine("macOS, two services", "macos", RecordedMachine.OfMacOs::new),
        machine("Windows, a fixed proxy", "windows", RecordedMachine.OfWindows::new),
        machine("Windows, another PAC file", "windows", SystemProxyTest::windowsWithPac));
  }

  private static Arguments machine(
      String words, String desktop, Supplier<RecordedMachine> machine) {
    return Arguments.of(words, desktop, machine);
  }

  private static RecordedMachine kde(String type, String url) {
    RecordedMachine machine = new RecordedMachine.OfKde();
    machine.values.putAll(Map.of("ProxyType", type, "Proxy Config Script", url));
    return machine;
  }

  private static RecordedMachine windowsWithPac() {
    RecordedMachine machine = new RecordedMachine.OfWindows();
    machine.values.put("AutoConfigURL", "http://office.example/proxy.pac");
    return machine;
  }

  private SystemProxy proxy(RecordedMachine machine) {
    return new SystemProxy(new SavedSettingsFile(stateDir), machine);
  }

  private static Desktop desktop(String name) {
    return Optional.ofNullable(Desktops.all().get(name)).orElseThrow();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("machines")
  void offGivesBackWhatWasSetBeforeOn(String words, String desktop, Supplier<RecordedMachine> made)
      throws IOException {
    RecordedMachine machine = made.get();
    Map<String, String> before = new TreeMap<>(machine.values);

    proxy(machine).on(desktop(desktop), PAC, List.of());
    assertThat(machine.values.toString()).contains(PAC);
    assertThat(proxy(machine).off()).isPresent();

    assertGivenBack(machine, before);
    assertThat(Files.exists(stateDir.resolve("system-proxy"))).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("machines")
  void onTwiceKeepsWhatWasSavedFirst(String words, String desktop, Supplier<RecordedMachine> made)
      throws IOException {
    RecordedMachine machine = made.get();
    Map<String, String> before = new TreeMap<>(machine.values);

    SavedSettings first = proxy(machine).on(desktop(desktop), PAC, List.of());
    int changes = machine.changes.size();
    assertThat(proxy(machine).on(desktop(desktop), PAC, List.of())).isEqualTo(first);
    assertThat(machine.changes).hasSize(changes);
    String other = "http://127.0.0.1:9000/proxy.pac";
    proxy(machine).on(desktop(desktop), other, List.of());
    assertThat(machine.values.toString()).contains(other).doesNotContain(PAC);
    proxy(machine).off();

    assertGivenBack(machine, before);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("machines")
  void aProcessThatDiesAtAnyCommandLeavesEnoughToUndoAll(
      String words, String desktop, Supplier<RecordedMachine> made) throws IOException {
    for (int onDies = 0; onDies < MORE_THAN_ALL; onDies++) {
      for (int offDies = 0; offDies < MORE_THAN_ALL; offDies++) {
        RecordedMachine machine = made.get();
        Map<String, String> before = new TreeMap<>(machine.values);

        dying(machine, onDies, () -> proxy(machine).on(desktop(desktop), PAC, List.of()));
        dying(machine, offDies, () -> proxy(machine).off());
        proxy(machine).off();

        assertGivenBack(machine, before);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("machines")
  void onAfterADeathStillKnowsWhatWasBefore(
      String words, String desktop, Supplier<RecordedMachine> made) throws IOException {
    for (int dies = 0; dies < MORE_THAN_ALL; dies++) {
      RecordedMachine machine = made.get();
      Map<String, String> before = new TreeMap<>(machine.values);

      dying(machine, dies, () -> proxy(machine).on(desktop(desktop), PAC, List.of()));
      proxy(machine).on(desktop(desktop), PAC, List.of());
      assertThat(machine.values.toString()).contains(PAC);
      proxy(machine).off();

      assertGivenBack(machine, before);
    }
  }

  @Test
  void aServiceThatIsAwayIsGivenItsSettingBackWhenItIsThereAgain() throws IOException {
    RecordedMachine.OfMacOs machine = new RecordedMachine.OfMacOs();
    Map<String, String> before = new TreeMap<>(machine.values);
    proxy(machine).on(desktop("macos"), PAC, List.of());
    machine.disabled.add("Wi-Fi");
    proxy(machine).off();
    assertThat(machine.values.get("Wi-Fi")).contains(PAC);

    proxy(machine).on(desktop("macos"), PAC, List.of());
    proxy(machine).off();
    machine.disabled.remove("Wi-Fi");
    proxy(machine).off();

    assertGivenBack(machine, before);
    assertThat(Files.exists(stateDir.resolve("system-proxy"))).isFalse();
  }

  @Test
  void anUpgradeOfPlasmaInBetweenLosesNothing() throws IOException {
    RecordedMachine.OfKde machine = new RecordedMachine.OfKde();
    machine.become(5);
    machine.values.putAll(
        Map.of("ProxyType", "2", "Proxy Config Script", "http://office.example/x.pac"));
    Map<String, String> before = new TreeMap<>(machine.values);
    proxy(machine).on(desktop("kde5"), PAC, List.of());
    machine.become(6);
    proxy(machine).on(desktop("kde6"), PAC, List.of());
    assertThat(machine.values.toString()).contains(PAC);
    proxy(machine).off();

    assertGivenBack(machine, before);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void dying(RecordedMachine machine, int atChange, Step step) {
    machine.dieAtChange(atChange);
    Throwable thrown = catchThrowable(step::run);
    assertThat(thrown == null || thrown instanceof RecordedMachine.Killed).isTrue();
    machine.live();
  }

  /** macOS has no word for "no URL": there the switch alone is given back. */
  private static void assertGivenBack(RecordedMachine machine, Map<String, String> before) {
    machine.values.replaceAll((name, value) -> value.equals(PAC + "|No") ? "(null)|No" : value);
    assertThat(machine.values).isEqualTo(before);
  }

  @Test
  void whatTheUserChoseSinceIsLeftAlone() throws IOException {
    RecordedMachine machine = new RecordedMachine.OfGnome("'none'", "''");
    proxy(machine).on(new Gnome(), PAC, List.of());
    machine.values.put("autoconfig-url", "'http://mine.example/proxy.pac'");
    proxy(machine).off();
    assertThat(machine.values)
        .containsEntry("mode", "'auto'")
        .containsEntry("autoconfig-url", "'http://mine.example/proxy.pac'");

    machine.values.put("autoconfig-url", "''");
    machine.values.put("mode", "'none'");
    proxy(machine).on(new Gnome(), PAC, List.of());
    machine.values.put("mode", "'manual'");
    proxy(machine).off();
    assertThat(machine.values)
        .containsEntry("mode", "'manual'")
        .containsEntry("autoconfig-url", "''");
  }

  @Test
  void whatTheUserChoseSinceIsWhatTheNextOnSaves() throws IOException {
    RecordedMachine machine = windowsWithPac();
    proxy(machine).on(new Windows(), PAC, List.of());
    machine.values.put("AutoConfigURL", "http://mine.example/proxy.pac");
    proxy(machine).on(new Windows(), PAC, List.of());
    proxy(machine).off();
    assertThat(machine.values).containsEntry("AutoConfigURL", "http://mine.example/proxy.pac");
  }

  @Test
  void aDesktopThatKeepsNothingIsToldOnAndLeftAsItWas() {
    RecordedMachine machine = new RecordedMachine.OfGnome("'none'", "''");
    machine.keepNothing();
    assertThatThrownBy(() -> proxy(machine).on(new Gnome(), PAC, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not keep what is set");
    assertThat(machine.values).containsEntry("mode", "'none'");
    assertThat(Files.exists(stateDir.resolve("system-proxy"))).isFalse();
  }

  @Test
  void whatIsSetThoughNothingIsSavedIsSwitchedOff() throws IOException {
    RecordedMachine machine = new RecordedMachine.OfGnome("'auto'", "'" + PAC + "'");
    assertThat(proxy(machine).off()).isEmpty();
    assertThat(proxy(machine).offUnsaved(new Gnome(), "http://127.0.0.1:1/proxy.pac")).isFalse();
    assertThat(proxy(machine).offUnsaved(new Gnome(), PAC)).isTrue();
    assertThat(machine.values).containsEntry("mode", "'none'");

    machine.values.put("mode", "'auto'");
    machine.values.put("autoconfig-url", "'" + PAC + "'");
    proxy(machine).on(new Gnome(), PAC, List.of());
    proxy(machine).off();
    assertThat(machine.values).containsEntry("mode", "'none'");
  }

  @Test
  void theBypassListAndTheProxyThatWasInUseAreSaved() throws IOException {
    SavedSettings gnome =
        proxy(new RecordedMachine.OfGnome("'manual'", "''"))
            .on(new Gnome(), PAC, List.of("more.example"));
    assertThat(gnome.bypass())
        .containsExactly("localhost", "127.0.0.0/8", "*.office.example", "more.example");
    assertThat(gnome.behind()).contains("proxy.office.example:3128");
    assertThat(new SavedSettingsFile(stateDir).read()).contains(gnome);
    Files.delete(stateDir.resolve("system-proxy"));

    SavedSettings windows =
        proxy(new RecordedMachine.OfWindows()).on(new Windows(), PAC, List.of());
    assertThat(windows.bypass()).containsExactly("*.office.example");
    assertThat(windows.behind()).contains("b.example:3128");
  }

  @Test
  void theCommandsAreThese() throws IOException {
    RecordedMachine kde = new RecordedMachine.OfKde();
    proxy(kde).on(new Kde(6), PAC, List.of());
    proxy(kde).off();
    String write = "kwriteconfig6 --file kioslaverc --group Proxy Settings --key ";
    assertThat(kde.changes)
        .containsExactly(
            write + "Proxy Config Script " + PAC,
            write + "ProxyType 2",
            write + "ProxyType --delete ",
            write + "Proxy Config Script --delete ");

    RecordedMachine macOs = new RecordedMachine.OfMacOs();
    proxy(macOs).on(new MacOs(), PAC, List.of());
    proxy(macOs).off();
    assertThat(macOs.changes)
        .containsExactly(
            "networksetup -setautoproxyurl Wi-Fi " + PAC,
            "networksetup -setautoproxystate Wi-Fi on",
            "networksetup -setautoproxyurl Thunderbolt Bridge " + PAC,
            "networksetup -setautoproxystate Thunderbolt Bridge on",
            "networksetup -setautoproxyurl Wi-Fi http://office.example/proxy.pac",
            "networksetup -setautoproxystate Wi-Fi on",
            "networksetup -setautoproxystate Thunderbolt Bridge off");

    RecordedMachine windows = new RecordedMachine.OfWindows();
    proxy(windows).on(new Windows(), PAC, List.of());
    proxy(windows).off();
    String key = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings";
    assertThat(windows.changes)
        .containsExactly(
            "reg add " + key + " /v AutoConfigURL /t REG_SZ /d " + PAC + " /f",
            "reg delete " + key + " /v AutoConfigURL /f");
  }

  @Test
  void aDamagedFileIsNamedAndNothingIsChanged() throws IOException {
    RecordedMachine machine = new RecordedMachine.OfGnome("'none'", "''");
    Files.writeString(stateDir.resolve("system-proxy"), "format=1\nwhat=\\u12");
    assertThatThrownBy(() -> proxy(machine).on(new Gnome(), PAC, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(stateDir.resolve("system-proxy").toString());
    assertThat(machine.changes).isEmpty();
  }

  @Test
  void theDesktopIsFoundInTheEnvironment() {
    assertThat(detected("Linux", Map.of("XDG_CURRENT_DESKTOP", "ubuntu:GNOME"))).isEqualTo("gnome");
    assertThat(detected("Linux", Map.of("XDG_CURRENT_DESKTOP", "KDE"))).isEqualTo("kde5");
    assertThat(detected("Linux", Map.of("XDG_CURRENT_DESKTOP", "KDE", "KDE_SESSION_VERSION", "6")))
        .isEqualTo("kde6");
    assertThat(detected("Mac OS X", Map.of())).isEqualTo("macos");
    assertThat(detected("Windows 11", Map.of())).isEqualTo("windows");
    assertThat(detected("Linux", Map.of("XDG_CURRENT_DESKTOP", "XFCE"))).isEqualTo("none");
    assertThat(detected("Linux", Map.of())).isEqualTo("none");
  }

  private static String detected(String osName, Map<String, String> environment) {
    return Desktops.detect(environment, osName).map(Desktop::name).orElse("none");
  }
}
