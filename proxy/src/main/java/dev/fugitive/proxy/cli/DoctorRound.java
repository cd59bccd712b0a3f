package dev.fugitive.proxy.cli;

import dev.fugitive.client.transport.webrtc.IceServer;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiException;
import dev.fugitive.proxy.decrypt.CaCertificate;
import dev.fugitive.proxy.decrypt.CaFile;
import dev.fugitive.proxy.decrypt.CertificateAuthority;
import dev.fugitive.proxy.decrypt.TrustStoreSteps;
import dev.fugitive.proxy.decrypt.TrustStores;
import dev.fugitive.proxy.decrypt.TrustStores.Store;
import dev.fugitive.proxy.desktop.Desktop;
import dev.fugitive.proxy.desktop.Desktops;
import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.desktop.ProcessRunner;
import dev.fugitive.proxy.desktop.SavedSettingsFile;
import dev.fugitive.proxy.desktop.SystemProxy;
import dev.fugitive.proxy.doctor.CaCheck;
import dev.fugitive.proxy.doctor.ClockCheck;
import dev.fugitive.proxy.doctor.DiskCheck;
import dev.fugitive.proxy.doctor.Examination;
import dev.fugitive.proxy.doctor.Examination.Check;
import dev.fugitive.proxy.doctor.FilesCheck;
import dev.fugitive.proxy.doctor.Finding;
import dev.fugitive.proxy.doctor.JavaCheck;
import dev.fugitive.proxy.doctor.KeyCheck;
import dev.fugitive.proxy.doctor.OtherClocks;
import dev.fugitive.proxy.doctor.PeersCheck;
import dev.fugitive.proxy.doctor.PortCheck;
import dev.fugitive.proxy.doctor.RendezvousCheck;
import dev.fugitive.proxy.doctor.StunCheck;
import dev.fugitive.proxy.doctor.SystemProxyCheck;
import dev.fugitive.proxy.doctor.WebRtcCheck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One round of the doctor: which checks there are, and what of this program each looks at. */
final class DoctorRound {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final List<String> NTP_HOSTS = List.of("pool.ntp.org", "time.cloudflare.com");
  private static final List<String> HTTP_CLOCKS = List.of("http://example.com/");

  private final Console console;
  private final Settings settings;
  private final boolean offline;
  private final InetSocketAddress address;
  private final boolean proxyAnswers;

  DoctorRound(Console console, Settings settings, boolean offline) {
    this.console = console;
    this.settings = settings;
    this.offline = offline;
    this.address = settings.listen();
    this.proxyAnswers = address.getPort() != 0 && ProxyProbe.answers(address);
  }

  List<Finding> findings() throws InterruptedException {
    return new Examination(
            List.of(
                new Check("java", JavaCheck::look),
                new Check("webrtc", WebRtcCheck::look),
                new Check("proxy", this::port),
                new Check("rendezvous", this::rendezvous),
                new Check("stun", this::stun),
                new Check("peers", this::peers),
                new Check("system", this::systemProxy),
                new Check("ca", this::authority),
                new Check("secrets", this::secrets),
                new Check("clock", this::clock),
                new Check("disk", this::disk),
                new Check("files", FilesCheck::look)),
            LIMIT)
        .findings();
  }

  private Finding port() {
    return PortCheck.judge(address, PortCheck.look(address, proxyAnswers));
  }

  private Finding rendezvous() throws InterruptedException {
    Optional<String> url =
        switch (settings.rendezvous()) {
          case Settings.Rendezvous.None none -> Optional.empty();
          case Settings.Rendezvous.At at when offline -> Optional.empty();
          case Settings.Rendezvous.At at -> Optional.of(at.url().toString());
          case Settings.Rendezvous.Embedded embedded when proxyAnswers ->
              Optional.of(embeddedUrl());
          case Settings.Rendezvous.Embedded embedded -> Optional.empty();
        };
    return RendezvousCheck.judge(
        settings.rendezvous(),
        url.isEmpty() ? Optional.empty() : Optional.of(RendezvousCheck.look(url.get())));
  }

  private String embeddedUrl() {
    InetSocketAddress next = new InetSocketAddress(address.getAddress(), address.getPort() + 1);
    return "ws://" + PacFile.authority(next);
  }

  private Finding stun() throws IOException {
    List<IceServer> servers = settings.iceServers().stream().map(IceServer::parse).toList();
    return offline && !servers.isEmpty()
        ? Finding.skipped("stun", "not asked")
        : StunCheck.judge(servers, StunCheck.look(servers));
  }

  private Finding peers() throws IOException, SettingsException, ApiException {
    return PeersCheck.judge(
        proxyAnswers
            ? Optional.of(RunningPeers.of(address, settings.stateDir()))
            : Optional.empty());
  }

  private Finding systemProxy() throws IOException {
    Optional<Desktop> desktop = Desktops.detect(console.environment(), console.osName());
    boolean usesUs = false;
    if (desktop.isPresent()) {
      SystemProxy system =
          new SystemProxy(new SavedSettingsFile(settings.stateDir()), new ProcessRunner());
      String pac = PacFile.url(address);
      usesUs =
          system.now(desktop.get()).slots().stream()
              .anyMatch(slot -> slot.equals(desktop.get().on(slot, pac)));
    }
    return SystemProxyCheck.judge(
        new SystemProxyCheck.Facts(
            desktop.map(Desktop::name),
            usesUs,
            SystemProxyCheck.shellProxies(console.environment()),
            PacFile.authority(address),
            proxyAnswers));
  }

  private Finding authority() throws IOException {
    List<HostPattern> hosts = settings.decrypt().named();
    CaFile file = new CaFile(Directories.caDirectory(settings.stateDir()));
    Optional<CaCertificate> certificate = file.readCertificate();
    Optional<CaCheck.Authority> found = Optional.empty();
    if (certificate.isPresent()) {
      Optional<CertificateAuthority> usable = Optional.empty();
      Optional<String> obstacle = Optional.empty();
      try {
        usable = file.read();
      } catch (IOException unusable) {
        obstacle = Optional.of(String.valueOf(unusable.getMessage()));
      }
      List<Store> stores = TrustStores.of(CaCommand.machine(console, file, certificate.get()));
      boolean permitsAll = usable.isEmpty() || hosts.stream().allMatch(usable.get()::permits);
      found =
          Optional.of(
              new CaCheck.Authority(
                  certificate.get().certificate().getNotAfter().toInstant(),
                  obstacle,
                  permitsAll,
                  stores.stream()
                      .filter(store -> TrustStoreSteps.holds(store.check()))
                      .map(Store::id)
                      .toList(),
                  stores.stream().map(Store::id).toList()));
    }
    return CaCheck.judge(hosts, found, InstantSource.system().instant());
  }

  private Finding secrets() throws IOException {
    Path state = settings.stateDir();
    return KeyCheck.judge(
        KeyCheck.look(
            List.of(
                Directories.identityFile(state),
                Directories.controlTokenFile(state),
                Directories.caDirectory(state).resolve("ca-key.pem"))));
  }

  private Finding clock() throws InterruptedException {
    if (offline) {
      return Finding.skipped("clock", "not asked");
    }
    List<String> urls = new ArrayList<>(HTTP_CLOCKS);
    if (settings.rendezvous() instanceof Settings.Rendezvous.At at) {
      urls.add(at.url().toString().replaceFirst("^ws", "http"));
    }
    return ClockCheck.judge(new OtherClocks(InstantSource.system()).look(NTP_HOSTS, urls));
  }

  private Finding disk() throws IOException {
    return DiskCheck.judge(
        DiskCheck.look(settings.cacheDir(), settings.stateDir(), settings.cacheSizeBytes()));
  }
}
