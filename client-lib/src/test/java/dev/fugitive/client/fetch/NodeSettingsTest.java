package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fugitive.client.lan.LanScope;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.peer.Identity;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.transfer.FetchPolicy;
import dev.fugitive.client.trust.SharingRules;
import dev.fugitive.client.trust.TrustOrigins;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NodeSettingsTest {
  private static final NodeSettings SETTINGS = NodeSettings.inMemory();

  @Test
  void whatIsNotSaidGivesNothingAwayAndMeetsNobody() {
    assertThat(SETTINGS.sharing()).isFalse();
    assertThat(SETTINGS.rendezvous()).isEmpty();
    assertThat(SETTINGS.cacheDirectory()).isEmpty();
    assertThat(SETTINGS.trusted()).isEmpty();
    assertThat(SETTINGS.policy()).isEqualTo(FetchPolicy.OFFLOAD);
    assertThat(SETTINGS.targetConnections()).isEqualTo(8);
    assertThat(SETTINGS.maxConnections()).isEqualTo(12);
  }

  @Test
  void eachValueCanBeSaidAloneAndLeavesTheOthers() {
    PeerId one = Identity.generate().peerId();
    PeerId other = Identity.generate().peerId();
    Identity identity = Identity.generate();
    SharingRules rules = new SharingRules(TrustOrigins.parse(List.of("lab:80")), List.of());

    assertThat(
            SETTINGS
                .withIdentity(identity)
                .withCacheDirectory(Path.of("cache"), 10L << 30)
                .withMemoryLimit(5L << 20)
                .withRendezvous("wss://rendezvous.test")
                .withIceServers("stun:stun.test:3478")
                .withTrusted(one)
                .withTrusted(other)
                .withRules(rules)
                .withPolicy(FetchPolicy.LATENCY)
                .withSharing(true)
                .withUploadLimit(1_000_000)
                .withUploadSlots(3)
                .withConnections(2, 4)
                .withLan(LanScope.PRIVATE_NETWORKS))
        .isEqualTo(
            new NodeSettings(
                identity,
                Optional.of(Path.of("cache")),
                10L << 30,
                5L << 20,
                Optional.of("wss://rendezvous.test"),
                List.of("stun:stun.test:3478"),
                Set.of(one, other),
                rules,
                FetchPolicy.LATENCY,
                UploadPolicy.OFF.withSharing(true).withRate(Optional.of(1_000_000L)).withSlots(3),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                2,
                4,
                Optional.of(LanScope.PRIVATE_NETWORKS)));
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong("rendezvous: http://a (expected: ws://", s -> s.withRendezvous("http://a")),
        wrong("memory limit: 5 (expected: at least 1048576", s -> s.withMemoryLimit(5)),
        wrong(
            "disk limit: 5 (expected: at least 1048576",
            s -> s.withCacheDirectory(Path.of("cache"), 5)),
        wrong("ICE server: stunning (expected: ", s -> s.withIceServers("stunning")),
        wrong("upload limit: 0 (expected: at least 1024", s -> s.withUploadLimit(0)),
        wrong("upload slots: 0 (expected: 1 to 10000)", s -> s.withUploadSlots(0)),
        wrong("target connections: -1 (expected: at least 0)", s -> s.withConnections(-1, 4)),
        wrong(
            "maximum of connections: 2 (expected: at least the target, 4)",
            s -> s.withConnections(4, 2)));
  }

  private static Arguments wrong(String message, UnaryOperator<NodeSettings> change) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongValueIsNamedWithWhatWasExpected(String message, UnaryOperator<NodeSettings> change) {
    assertThatThrownBy(() -> change.apply(SETTINGS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
