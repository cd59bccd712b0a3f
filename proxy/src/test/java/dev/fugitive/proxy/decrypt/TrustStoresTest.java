package dev.fugitive.proxy.decrypt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.proxy.decrypt.TrustStores.Machine;
import dev.fugitive.proxy.decrypt.TrustStores.Step;
import dev.fugitive.proxy.decrypt.TrustStores.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is done on each system, as a person would type it. */
final class TrustStoresTest {
  private static final Path HOME = Path.of("/home/a b");

  private static Machine machine(String osName, boolean root, Set<String> tools) {
    return new Machine(
        osName,
        HOME,
        Path.of("/state/ca.pem"),
        "5a1",
        List.of(Path.of("/home/x/.mozilla/firefox/p.default")),
        tools::contains,
        directory -> root,
        file -> file.startsWith("/home/x"));
  }

  private static List<String> words(List<Step> steps) {
    return steps.stream().map(Step::words).toList();
  }

  @Test
  void debianAsRoot() {
    Store system =
        TrustStores.of(machine("Linux", true, Set.of("update-ca-certificates"))).getFirst();
    assertThat(system.obstacle()).isEmpty();
    assertThat(words(system.install()))
        .containsExactly(
            "install -m 644 /state/ca.pem /usr/local/share/ca-certificates/fugitive-ca.crt",
            "update-ca-certificates");
    assertThat(words(system.uninstall()))
        .containsExactly(
            "rm -f /usr/local/share/ca-certificates/fugitive-ca.crt",
            "update-ca-certificates --fresh");
  }

  @Test
  void whatAUserMayNotOrCannotDoIsSaid() {
    List<Store> stores = TrustStores.of(machine("Linux", false, Set.of("update-ca-certificates")));
    assertThat(stores.get(0).obstacle()).contains("only root may change it");
    assertThat(stores.get(1).obstacle().orElseThrow()).contains("apt install libnss3-tools");
  }

  @Test
  void chromiumAndFirefoxOnLinux() {
    List<Store> stores = TrustStores.of(machine("Linux", true, Set.of("certutil")));
    assertThat(words(stores.get(1).install()))
        .containsExactly(
            "mkdir -m 700 -p '/home/a b/.pki/nssdb'",
            "certutil -N -d 'sql:/home/a b/.pki/nssdb' --empty-password",
            "certutil -A -d 'sql:/home/a b/.pki/nssdb' -n 'Fugitive CA' -t C,, -i /state/ca.pem");
    assertThat(words(stores.get(2).install()))
        .containsExactly(
            "certutil -A -d sql:/home/x/.mozilla/firefox/p.default -n 'Fugitive CA' -t C,,"
                + " -i /state/ca.pem");
    assertThat(words(stores.get(2).uninstall()))
        .containsExactly("certutil -D -d sql:/home/x/.mozilla/firefox/p.default -n 'Fugitive CA'");
  }

  @Test
  void macOsAsksForServersOnly() {
    Store store = TrustStores.of(machine("Mac OS X", false, Set.of())).getFirst();
    assertThat(words(store.install()))
        .containsExactly(
            "security add-trusted-cert -r trustRoot -p ssl -k"
                + " '/home/a b/Library/Keychains/login.keychain-db' /state/ca.pem");
    assertThat(words(store.uninstall()).getFirst())
        .startsWith("security delete-certificate -t -Z 5a1 ");
  }

  @Test
  void windowsChangesTheUsersListAlone() {
    Store store = TrustStores.of(machine("Windows 11", false, Set.of())).getFirst();
    assertThat(words(store.install()))
        .containsExactly("certutil -user -addstore Root /state/ca.pem");
    assertThat(words(store.uninstall())).containsExactly("certutil -user -delstore Root 5a1");
  }

  @Test
  void aWordForAShellIsQuoted() {
    assertThat(new Step.Delete(Path.of("/a'b; rm -rf")).words())
        .isEqualTo("rm -f '/a'\\''b; rm -rf'");
  }
}
