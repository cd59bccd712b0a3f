package dev.fugitive.proxy.decrypt;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where the programs of a machine look for authorities, and what puts one there and takes it out:
 * plans, which {@link TrustStoreSteps} carries out and a person can read.
 */
public final class TrustStores {
  private static final String CERTUTIL_MISSING =
      "certutil is missing: apt install libnss3-tools, or your system's package of NSS tools";

  private TrustStores() {}

  /**
   * A machine, as far as it decides the plan.
   *
   * @param certificate the file of the CA's certificate
   * @param sha1 the certificate's SHA-1, by which Windows and macOS name it
   * @param firefoxProfiles directories of Firefox profiles
   * @param hasTool whether a program is installed
   * @param mayWrite whether a directory can be written by this user
   * @param exists whether a file is there
   */
  public record Machine(
      String osName,
      Path home,
      Path certificate,
      String sha1,
      List<Path> firefoxProfiles,
      Predicate<String> hasTool,
      Predicate<Path> mayWrite,
      Predicate<Path> exists) {
    public Machine {
      firefoxProfiles = List.copyOf(firefoxProfiles);
    }
  }

  /**
   * One place that programs trust.
   *
   * @param id its name on the command line
   * @param place what it is, for people
   * @param obstacle why this user cannot change it now, if so
   * @param check succeeds where the authority is there
   */
  public record Store(
      String id,
      String place,
      Optional<String> obstacle,
      List<Step> install,
      List<Step> uninstall,
      Step check) {
    public Store {
      install = List.copyOf(install);
      uninstall = List.copyOf(uninstall);
    }
  }

  /** Something to do on the machine. */
  public sealed interface Step {
    /** Copies a file over another, which any user may read then. */
    record Copy(Path from, Path to) implements Step {}

    /** Removes a file, if it is there. */
    record Delete(Path file) implements Step {}

    /** Makes a directory that its owner alone may enter. */
    record MakeDirectory(Path directory) implements Step {}

    /** Looks whether two files are the same. */
    record Same(Path file, Path other) implements Step {}

    /** Runs a program, without a shell. */
    record Run(List<String> command) implements Step {
      public Run {
        command = List.copyOf(command);
      }
    }

    /** As a person would type it. */
    default String words() {
      return switch (this) {
        case Copy(Path from, Path to) -> "install -m 644 " + quoted(from) + " " + quoted(to);
        case Delete(Path file) -> "rm -f " + quoted(file);
        case MakeDirectory(Path directory) -> "mkdir -m 700 -p " + quoted(directory);
        case Same(Path file, Path other) -> "cmp " + quoted(file) + " " + quoted(other);
        case Run(List<String> command) ->
            String.join(" ", command.stream().map(Step::quoted).toList());
      };
    }

    private static String quoted(Object word) {
      String text = word.toString();
      return text.matches("[A-Za-z0-9_./:=,@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
  }

  /** The stores of this machine. */
  public static List<Store> of(Machine machine) {
    String system = machine.osName().toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      return List.of(keychain(machine));
    }
    if (system.startsWith("windows")) {
      return List.of(windows(machine));
    }
    List<Store> stores = new ArrayList<>();
    stores.add(debian(machine));
    stores.add(
        nss(
            machine,
            "nss",
            "Chromium's database (NSS)",
            machine.home().resolve(".pki").resolve("nssdb")));
    for (Path profile : machine.firefoxProfiles()) {
      stores.add(nss(machine, "firefox", "Firefox profile " + profile.getFileName(), profile));
    }
    return stores;
  }

  /** Debian's ca-certificates: each {@code .crt} here is added to the system's list. */
  private static Store debian(Machine machine) {
    Path directory = Path.of("/usr/local/share/ca-certificates");
    Path target = directory.resolve("fugitive-ca.crt");
    Optional<String> obstacle = Optional.empty();
    if (!machine.hasTool().test("update-ca-certificates")) {
      obstacle = Optional.of("update-ca-certificates is missing: apt install ca-certificates");
    } else if (!machine.mayWrite().test(directory)) {
      obstacle = Optional.of("only root may change it");
    }
    return new Store(
        "system",
        "the system's list, " + directory,
        obstacle,
        List.of(new Step.Copy(machine.certificate(), target), run("update-ca-certificates")),
        List.of(new Step.Delete(target), run("update-ca-certificates", "--fresh")),
        new Step.Same(target, machine.certificate()));
  }

  /** An NSS database; trust {@code C,,}: an authority for servers, not for mail or code. */
  private static Store nss(Machine machine, String id, String place, Path directory) {
    String database = "sql:" + directory;
    String name = CertificateAuthority.NAME;
    List<Step> install = new ArrayList<>();
    if (!machine.exists().test(directory.resolve("cert9.db"))) {
      install.add(new Step.MakeDirectory(directory));
      install.add(run("certutil", "-N", "-d", database, "--empty-password"));
    }
    String certificate = machine.certificate().toString();
    install.add(run("certutil", "-A", "-d", database, "-n", name, "-t", "C,,", "-i", certificate));
    return new Store(
        id,
        place + ", " + directory,
        machine.hasTool().test("certutil") ? Optional.empty() : Optional.of(CERTUTIL_MISSING),
        install,
        List.of(run("certutil", "-D", "-d", database, "-n", name)),
        run("certutil", "-L", "-d", database, "-n", name));
  }

  /** The login keychain; macOS asks the user for consent. */
  private static Store keychain(Machine machine) {
    String keychain = machine.home().resolve("Library/Keychains/login.keychain-db").toString();
    String certificate = machine.certificate().toString();
    return new Store(
        "keychain",
        "the login keychain",
        Optional.empty(),
        List.of(
            run(
                "security",
                "add-trusted-cert",
                "-r",
                "trustRoot",
                "-p",
                "ssl",
                "-k",
                keychain,
                certificate)),
        List.of(run("security", "delete-certificate", "-t", "-Z", machine.sha1(), keychain)),
        run("security", "verify-cert", "-c", certificate, "-p", "ssl", "-l", "-L"));
  }

  /** The user's own list of roots; Windows asks for consent. */
  private static Store windows(Machine machine) {
    return new Store(
        "windows",
        "the user's trusted roots",
        Optional.empty(),
        List.of(run("certutil", "-user", "-addstore", "Root", machine.certificate().toString())),
        List.of(run("certutil", "-user", "-delstore", "Root", machine.sha1())),
        run("certutil", "-user", "-verifystore", "Root", machine.sha1()));
  }

  private static Step run(String... command) {
    return new Step.Run(List.of(command));
  }
}
