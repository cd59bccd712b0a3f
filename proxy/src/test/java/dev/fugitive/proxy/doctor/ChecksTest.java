package dev.fugitive.proxy.doctor;

import static dev.fugitive.proxy.doctor.Finding.State.FAILED;
import static dev.fugitive.proxy.doctor.Finding.State.NOTE;
import static dev.fugitive.proxy.doctor.Finding.State.OK;
import static dev.fugitive.proxy.doctor.Finding.State.SKIPPED;
import static dev.fugitive.proxy.doctor.Finding.State.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.transport.webrtc.IceServer;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.proxy.config.Settings.Rendezvous;
import dev.fugitive.proxy.doctor.ClockCheck.Sample;
import dev.fugitive.proxy.stun.NatKind;
import dev.fugitive.proxy.stun.NatKind.Behaviour;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Each check's judgement over what was seen. */
final class ChecksTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final InetSocketAddress LISTEN =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 8118);

  @Test
  void anOldJavaFails() {
    assertThat(JavaCheck.judge(17, "17.0.1", "V", "/h").state()).isEqualTo(FAILED);
    assertThat(JavaCheck.judge(21, "21", "V", "/h").words()).isEqualTo("21, V, /h");
  }

  @Test
  void aMissingLibraryIsNamedWithTheCommandThatInstallsIt() {
    Finding found =
        WebRtcCheck.judge(
            Optional.of(
                "WebRTC needs the library libpulse.so.0, which this machine lacks; on Debian and"
                    + " Ubuntu: apt-get install libpulse0"));
    assertThat(found.state()).isEqualTo(FAILED);
    assertThat(found.words()).endsWith("which this machine lacks");
    assertThat(found.mend()).containsExactly("sudo apt-get install libpulse0");
  }

  @Test
  void aPortThatAnotherProgramHasFails() {
    assertThat(PortCheck.judge(LISTEN, PortCheck.Port.OURS).state()).isEqualTo(OK);
    assertThat(PortCheck.judge(LISTEN, PortCheck.Port.FREE).mend())
        .containsExactly("fugitive proxy");
    Finding taken = PortCheck.judge(LISTEN, PortCheck.Port.TAKEN);
    assertThat(taken.state()).isEqualTo(FAILED);
    assertThat(taken.mend()).contains("fugitive proxy --listen 127.0.0.1:8218");
    assertThat(PortCheck.judge(new InetSocketAddress("0.0.0.0", 8118), PortCheck.Port.OURS).state())
        .isEqualTo(WARNING);
  }

  @Test
  void aRendezvousThatDoesNotAnswerFailsAndTheEmbeddedOneIsForThisMachineAlone() {
    Rendezvous at = new Rendezvous.At(URI.create("ws://meet.example:8119"));
    Finding silent =
        RendezvousCheck.judge(
            at, Optional.of(new RendezvousCheck.Answer(Optional.empty(), "refused")));
    assertThat(silent.state()).isEqualTo(FAILED);
    assertThat(silent.words()).isEqualTo("ws://meet.example:8119, does not answer: refused");
    Finding answers =
        RendezvousCheck.judge(
            at, Optional.of(new RendezvousCheck.Answer(Optional.of(Duration.ofMillis(12)), "")));
    assertThat(answers.words()).endsWith("answers in 12 ms");
    assertThat(RendezvousCheck.judge(at, Optional.empty()).state()).isEqualTo(SKIPPED);
    assertThat(RendezvousCheck.judge(new Rendezvous.Embedded(), Optional.empty()).state())
        .isEqualTo(NOTE);
  }

  @Test
  void aNatThatGivesEachPeerAnotherPortNeedsARelay() {
    List<IceServer> stun = List.of(IceServer.parse("stun:stun.example"));
    List<IceServer> turn = List.of(IceServer.parse("turn:me:secret@turn.example"));
    NatKind hard =
        new NatKind(
            Optional.of(new InetSocketAddress("192.0.2.1", 5)),
            Behaviour.ADDRESS_AND_PORT_DEPENDENT,
            Behaviour.UNKNOWN);
    assertThat(StunCheck.judge(stun, Optional.of(hard)).state()).isEqualTo(WARNING);
    assertThat(StunCheck.judge(turn, Optional.of(hard)).state()).isEqualTo(OK);
    assertThat(StunCheck.judge(turn, Optional.of(hard)).words())
        .startsWith("seen as 192.0.2.1, NAT with address-and-port-dependent mapping")
        .doesNotContain("secret");
    NatKind silent = new NatKind(Optional.empty(), Behaviour.UNKNOWN, Behaviour.UNKNOWN);
    assertThat(StunCheck.judge(stun, Optional.of(silent)).state()).isEqualTo(FAILED);
    assertThat(StunCheck.judge(List.of(), Optional.empty()).state()).isEqualTo(NOTE);
  }

  @Test
  void theMedianClockCountsAndOneAloneIsNotBelieved() {
    assertThat(ClockCheck.judge(List.of()).state()).isEqualTo(SKIPPED);
    assertThat(ClockCheck.judge(List.of(sample("a", 1), sample("b", -2))).state()).isEqualTo(OK);
    assertThat(ClockCheck.judge(List.of(sample("a", 1), sample("b", 900), sample("c", 2))).state())
        .isEqualTo(OK);
    assertThat(ClockCheck.judge(List.of(sample("a", 600))).state()).isEqualTo(NOTE);
    Finding wrong = ClockCheck.judge(List.of(sample("a", -600), sample("b", -601)));
    assertThat(wrong.state()).isEqualTo(FAILED);
    assertThat(wrong.words()).startsWith("10 min behind; 2 of 2 clocks agree");
    assertThat(ClockCheck.judge(List.of(sample("a", 30), sample("b", 31))).state())
        .isEqualTo(WARNING);
  }

  private static Sample sample(String source, long aheadSeconds) {
    return new Sample(source, Duration.ofSeconds(aheadSeconds));
  }

  @Test
  void aTimeServersPacketIsReadAndAnUnsureOneIsNot() {
    ByteBuffer packet = ByteBuffer.allocate(48);
    packet.put(0, (byte) 0x24).put(1, (byte) 2);
    packet.putInt(40, (int) (2_208_988_800L + 1_700_000_000L)).putInt(44, 1 << 31);
    assertThat(OtherClocks.transmitTime(packet))
        .hasValue(Instant.ofEpochSecond(1_700_000_000L, 500_000_000));
    packet.put(1, (byte) 0);
    assertThat(OtherClocks.transmitTime(packet)).isEmpty();
  }

  @Test
  void aDiskThatIsFullOrClosedFails() {
    assertThat(disk(true, 10L << 30, 0).state()).isEqualTo(OK);
    assertThat(disk(true, 2L << 30, 1L << 30).state()).isEqualTo(WARNING);
    assertThat(disk(true, 1L << 20, 1L << 30).state()).isEqualTo(FAILED);
    assertThat(disk(false, 10L << 30, 0).mend().getFirst()).startsWith("sudo chown -R");
  }

  private static Finding disk(boolean writable, long freeBytes, long usedBytes) {
    return DiskCheck.judge(
        new DiskCheck.Facts(
            Path.of("/c"), Path.of("/s"), writable, true, freeBytes, usedBytes, 4L << 30));
  }

  @Test
  void theAuthorityMustBeThereValidAndTrusted() {
    List<HostPattern> hosts = List.of(HostPattern.parse("a.example"));
    assertThat(CaCheck.judge(List.of(), Optional.empty(), NOW).state()).isEqualTo(OK);
    assertThat(CaCheck.judge(hosts, Optional.empty(), NOW).mend())
        .containsExactly("fugitive ca init --host a.example");
    assertThat(ca(hosts, -1, true, "nss").state()).isEqualTo(FAILED);
    assertThat(ca(hosts, 400, false, "nss").state()).isEqualTo(FAILED);
    assertThat(ca(hosts, 10, true, "nss").state()).isEqualTo(WARNING);
    assertThat(ca(hosts, 400, true).mend()).containsExactly("fugitive ca install");
    assertThat(ca(hosts, 400, true, "nss").state()).isEqualTo(OK);
  }

  private static Finding ca(
      List<HostPattern> hosts, long daysLeft, boolean permits, String... trustedBy) {
    return CaCheck.judge(
        hosts,
        Optional.of(
            new CaCheck.Authority(
                NOW.plus(Duration.ofDays(daysLeft)),
                Optional.empty(),
                permits,
                List.of(trustedBy),
                List.of("system", "nss"))),
        NOW);
  }

  @Test
  void aSecretThatOthersCanReadFails() {
    assertThat(secret("rw-------").state()).isEqualTo(OK);
    assertThat(secret("rw-------").words()).isEqualTo("1 file, yours alone");
    assertThat(secret("rw-r-----").mend()).containsExactly("chmod 600 '/s/identity'");
    assertThat(KeyCheck.judge(List.of()).state()).isEqualTo(NOTE);
  }

  private static Finding secret(String permissions) {
    return KeyCheck.judge(
        List.of(
            new KeyCheck.Secret(
                Path.of("/s/identity"),
                Optional.of(PosixFilePermissions.fromString(permissions)))));
  }

  @Test
  void programsThatAskADeadProxyAreFoundAndThoseWithAWayOutAreNot() {
    assertThat(system(List.of("http://localhost:8118/"), false, false).state()).isEqualTo(FAILED);
    assertThat(system(List.of("http://localhost:8118/"), false, true).state()).isEqualTo(OK);
    assertThat(system(List.of("http://other:3128"), false, true).words()).contains("other:3128");
    assertThat(system(List.of(), true, false).state()).isEqualTo(WARNING);
    assertThat(system(List.of(), false, true).mend()).containsExactly("fugitive system on");
  }

  private static Finding system(List<String> shell, boolean desktop, boolean answers) {
    return SystemProxyCheck.judge(
        new SystemProxyCheck.Facts(
            Optional.of("gnome"), desktop, shell, "127.0.0.1:8118", answers));
  }

  @Test
  void peersAreNamedWithTheirRates() {
    PeersCheck.Peer peer =
        new PeersCheck.Peer(
            "ip-o0TW0", true, Optional.of(Duration.ofMillis(7)), OptionalLong.of(3 << 20));
    assertThat(
            PeersCheck.judge(
                    Optional.of(new PeersCheck.Facts(Optional.empty(), List.of(peer), 1, true)))
                .words())
        .isEqualTo("1: ip-o0TW0 7 ms 3.0 MiB/s, 1 kept away");
    assertThat(PeersCheck.judge(Optional.empty()).state()).isEqualTo(SKIPPED);
  }

  @Test
  void aLookThatHangsIsLeftBehindAndOneThatThrowsIsAFinding() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    List<Finding> findings =
        new Examination(
                List.of(
                    new Examination.Check(
                        "broken",
                        () -> {
                          throw new java.io.IOException("gone");
                        }),
                    new Examination.Check(
                        "stuck",
                        () -> {
                          never.await();
                          return Finding.ok("stuck", "");
                        })),
                Duration.ofMillis(200))
            .findings();
    assertThat(findings).extracting(Finding::state).containsExactly(FAILED, WARNING);
    assertThat(findings.getFirst().words()).contains("gone");
  }
}
