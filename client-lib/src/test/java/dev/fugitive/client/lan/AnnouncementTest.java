package dev.fugitive.client.lan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnnouncementTest {
  private static final Map<String, String> VERSION_1 = Map.of("v", "1");

  @Property(tries = 200, seed = "2026")
  void whatIsAnnouncedIsRead(
      @ForAll long seed, @ForAll @IntRange(min = 1024, max = 65_535) int port) {
    Announcement own = new Announcement(Announcement.randomTag(new Random(seed)), port);
    assertThat(Announcement.read(own.tag(), own.port(), own.properties())).contains(own);
  }

  @Property(tries = 500, seed = "2026")
  void anyNameIsReadOrRefusedWithoutAnException(
      @ForAll String name, @ForAll int port, @ForAll Map<String, String> properties) {
    Announcement.read(name, port, properties)
        .ifPresent(read -> assertThat(read.tag()).isEqualTo(name));
  }

  @ParameterizedTest
  @CsvSource({
    "0123456789abcde,4000",
    "0123456789ABCDEF,4000",
    "0123456789abcdef0,4000",
    "0123456789abcdef,22",
    "0123456789abcdef,0",
    "0123456789abcdef,65536"
  })
  void whatIsNoneOfOursIsNotCalled(String name, int port) {
    assertThat(Announcement.read(name, port, VERSION_1)).isEmpty();
    assertThatThrownBy(() -> new Announcement(name, port))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: ");
  }

  @Test
  void anotherVersionIsNotCalled() {
    assertThat(Announcement.read("0123456789abcdef", 4000, Map.of("v", "2"))).isEmpty();
    assertThat(Announcement.read("0123456789abcdef", 4000, Map.of())).isEmpty();
  }
}
