package dev.fugitive.proxy.cli;

import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.decrypt.CaCertificate;
import dev.fugitive.proxy.decrypt.CaFile;
import dev.fugitive.proxy.decrypt.CertificateAuthority;
import dev.fugitive.proxy.decrypt.DecryptHosts;
import dev.fugitive.proxy.decrypt.TrustStoreSteps;
import dev.fugitive.proxy.decrypt.TrustStores;
import dev.fugitive.proxy.decrypt.TrustStores.Step;
import dev.fugitive.proxy.decrypt.TrustStores.Store;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code fugitive ca}: makes this machine's certificate authority, and tells programs of it. */
final class CaCommand implements Subcommand {
  private static final String HOST = "--host";
  private static final String STORE = "--store";

  private final Console console;
  private final InstantSource clock;
  private final CommandSpec spec =
      CommandLines.command(
          "ca", "This machine's certificate authority, for hosts named with --decrypt.");

  CaCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
    spec.addSubcommand(
        "init",
        CommandLines.command("init", "Make the CA, or another for other hosts.")
            .addOption(
                repeatable(
                    HOST,
                    "HOST",
                    "a host that it may speak for, or *.HOST (default: those of --decrypt in the"
                        + " configuration)")));
    for (String action : List.of("install", "uninstall")) {
      spec.addSubcommand(
          action,
          CommandLines.command(
                  action,
                  action.equals("install")
                      ? "Make this machine's programs trust the CA."
                      : "Take the CA out of where 'install' put it.")
              .addOption(
                  repeatable(STORE, "NAME", "only there: one of the names that 'show' prints")));
    }
    spec.addSubcommand("show", CommandLines.command("show", "Show the CA and who trusts it."));
  }

  private static OptionSpec repeatable(String name, String placeholder, String description) {
    return OptionSpec.builder(name)
        .paramLabel(placeholder)
        .type(String[].class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .description(description)
        .build();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public int run(ParseResult parsed) throws SettingsException {
    ParseResult action = parsed.subcommand();
    if (action == null) {
      throw new SettingsException(
          CommandLines.noAction("ca", "", "init, install, uninstall, show"));
    }
    CaFile file = new CaFile(Directories.caDirectory(directories().state()));
    try {
      return switch (action.commandSpec().name()) {
        case "init" -> init(file, action);
        case "install" -> change(file, action, true);
        case "uninstall" -> change(file, action, false);
        default -> show(file);
      };
    } catch (IOException failure) {
      throw new SettingsException(FileWords.of(failure));
    }
  }

  /** The same hosts as before change nothing; others need another certificate, with another key. */
  private int init(CaFile file, ParseResult parsed) throws IOException, SettingsException {
    List<HostPattern> hosts = hosts(parsed);
    Optional<CertificateAuthority> before = file.read();
    if (before.isPresent()
        && before.get().isValidAt(clock.instant())
        && CertificateAuthority.sameReach(before.get(), hosts)) {
      console.out().println("unchanged, it is there already:");
      describe(file, before.get().stated());
      return ExitStatus.OK;
    }
    int status = untrust(file);
    CertificateAuthority made = CertificateAuthority.create(hosts, clock.instant());
    file.write(made);
    describe(file, made.stated());
    console.out().println("No program trusts it yet: fugitive ca install");
    return status;
  }

  /** Takes the one of before out while its certificate, by which it is found, is still there. */
  private int untrust(CaFile file) throws IOException {
    Optional<CaCertificate> before = file.readCertificate();
    if (before.isEmpty()) {
      return ExitStatus.OK;
    }
    console.out().println("replaces " + before.get().fingerprint() + ", which is trusted no more:");
    int status = ExitStatus.OK;
    for (Store store : stores(file, before.get())) {
      status = Math.max(status, change(store, false));
    }
    return status;
  }

  private List<HostPattern> hosts(ParseResult parsed) throws SettingsException {
    List<String> texts = values(parsed, HOST);
    if (texts.isEmpty()) {
      List<HostPattern> configured = SettingsOptions.readWithoutFlags(console).decrypt().named();
      if (configured.isEmpty()) {
        throw new SettingsException(
            HOST + ": none (expected: the hosts that this CA may speak for)");
      }
      return configured;
    }
    List<HostPattern> hosts = new ArrayList<>();
    for (String text : texts) {
      try {
        hosts.add(DecryptHosts.parseName(text));
      } catch (IllegalArgumentException malformed) {
        throw new SettingsException(
            HOST + ": " + text + " (expected: HOST or *.HOST, a name and not an address)");
      }
    }
    return hosts;
  }

  private int change(CaFile file, ParseResult parsed, boolean install)
      throws IOException, SettingsException {
    if (install) {
      file.read(); // nobody is told to trust a key that others may have
    }
    CaCertificate authority = existing(file);
    int status = ExitStatus.OK;
    for (Store store : chosen(stores(file, authority), values(parsed, STORE))) {
      status = Math.max(status, change(store, install));
    }
    return status;
  }

  private int change(Store store, boolean install) {
    boolean there = TrustStoreSteps.holds(store.check());
    if (!install && !there) {
      console.out().println(store.id() + ": not there");
      return ExitStatus.OK;
    }
    if (store.obstacle().isPresent()) {
      console.out().println(store.id() + ": not done, " + store.obstacle().get() + ". Run:");
      steps(store, install).forEach(step -> console.out().println("  " + step.words()));
      return ExitStatus.OK;
    }
    return perform(store, install, there);
  }

  private static List<Step> steps(Store store, boolean install) {
    return install ? store.install() : store.uninstall();
  }

  /** An authority of before under the same name is taken out first. */
  private int perform(Store store, boolean install, boolean there) {
    try {
      if (install && there) {
        TrustStoreSteps.perform(store.uninstall());
      }
      TrustStoreSteps.perform(steps(store, install));
      String done = install ? ": installed in " : ": removed from ";
      console.out().println(store.id() + done + store.place());
      return ExitStatus.OK;
    } catch (IOException failure) {
      console.err().println(store.id() + ": " + failure.getMessage());
      console.err().println(store.id() + ": to do it by hand, run:");
      steps(store, install).forEach(step -> console.err().println("  " + step.words()));
      return ExitStatus.FAILED;
    }
  }

  private static List<Store> chosen(List<Store> stores, List<String> names)
      throws SettingsException {
    List<String> known = stores.stream().map(Store::id).distinct().toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new SettingsException(
            STORE + ": " + name + " (expected: " + String.join(", ", known) + ")");
      }
    }
    return stores.stream().filter(store -> names.isEmpty() || names.contains(store.id())).toList();
  }

  private int show(CaFile file) throws IOException, SettingsException {
    CaCertificate authority = existing(file);
    describe(file, authority);
    for (Store store : stores(file, authority)) {
      String state = TrustStoreSteps.holds(store.check()) ? "installed" : "not installed";
      line("trusted by", store.id() + ": " + state + ", " + store.place());
    }
    return ExitStatus.OK;
  }

  private void describe(CaFile file, CaCertificate authority) {
    line("subject", authority.certificate().getSubjectX500Principal().getName());
    line("sha256", authority.fingerprint());
    line("hosts", String.join(", ", authority.domains()) + ", and names below them");
    line(
        "expires",
        authority.certificate().getNotAfter().toInstant()
            + (authority.isValidAt(clock.instant()) ? "" : " (not valid now)"));
    line("certificate", file.certificate().toString());
    line("key", stateOfKey(file));
  }

  private static String stateOfKey(CaFile file) {
    try {
      return file.key() + (file.read().isPresent() ? " (yours alone)" : " (missing)");
    } catch (IOException unusable) {
      return String.valueOf(unusable.getMessage());
    }
  }

  private void line(String name, String value) {
    console.out().printf("%-12s %s%n", name, value);
  }

  private static CaCertificate existing(CaFile file) throws IOException, SettingsException {
    return file.readCertificate()
        .orElseThrow(() ->
            new SettingsException(
                "no CA (expected: one made with 'fugitive ca init --host HOST')"));
  }

  private List<Store> stores(CaFile file, CaCertificate authority) throws IOException {
    return TrustStores.of(machine(console, file, authority));
  }

  /** This machine, as far as it decides where authorities go. */
  static TrustStores.Machine machine(Console console, CaFile file, CaCertificate authority)
      throws IOException {
    String searchPath = console.environment().getOrDefault("PATH", "");
    return new TrustStores.Machine(
        console.osName(),
        console.home(),
        file.certificate().toAbsolutePath(),
        authority.encoded().sha1().hex(),
        TrustStoreSteps.firefoxProfiles(console.home()),
        tool -> TrustStoreSteps.hasTool(tool, searchPath),
        Files::isWritable,
        (Path path) -> Files.exists(path));
  }

  private static List<String> values(ParseResult parsed, String option) {
    if (!parsed.hasMatchedOption(option)) {
      return List.of();
    }
    String[] given = parsed.matchedOption(option).getValue();
    return Arrays.stream(given).flatMap(each -> Arrays.stream(each.split(","))).toList();
  }

  private Directories directories() {
    return Directories.of(console.environment(), console.osName(), console.home());
  }
}
