package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is behind a content's coding is known for as long as the content is held. */
class DecodedDigestsTest {
  private static final ContentId ONE = content("one");
  private static final ContentId OTHER = content("other");
  private static final Digest SHORT =
      new Digest(Digest.Algorithm.SHA_256, ByteString.encodeUtf8("a").sha256());
  private static final Digest LONG =
      new Digest(Digest.Algorithm.SHA_512, ByteString.encodeUtf8("a").sha512());

  @TempDir Path directory;

  @Test
  void whatIsHeldIsRememberedAndWhatIsNotIsForgotten() throws IOException {
    DecodedDigests before = open(Set.of());
    before.add(ONE, Set.of(SHORT));
    before.add(OTHER, Set.of(SHORT));
    before.add(ONE, Set.of(LONG));
    assertThat(before.of(ONE)).containsExactlyInAnyOrder(SHORT, LONG);

    DecodedDigests after = open(Set.of(ONE));
    assertThat(after.of(ONE)).containsExactlyInAnyOrder(SHORT, LONG);
    assertThat(after.of(OTHER)).isEmpty();
    assertThat(open(Set.of(ONE, OTHER)).of(OTHER)).as("written anew without it").isEmpty();
  }

  @Test
  void whatIsBehindDamageIsForgottenAndTheRestGoesOn() throws IOException {
    DecodedDigests before = open(Set.of());
    before.add(ONE, Set.of(SHORT));
    Files.write(file(), new byte[] {0, 0, 0, 99, 1}, StandardOpenOption.APPEND);
    before.add(OTHER, Set.of(SHORT));

    DecodedDigests after = open(Set.of(ONE, OTHER));
    assertThat(after.of(ONE)).containsExactly(SHORT);
    assertThat(after.of(OTHER)).isEmpty();
    after.add(OTHER, Set.of(LONG));
    assertThat(open(Set.of(ONE, OTHER)).of(OTHER)).containsExactly(LONG);
  }

  @Test
  void aFileThatCannotBeUsedIsNeededByNobody() throws IOException {
    Files.createDirectories(file().resolve("in the way"));
    DecodedDigests known = open(Set.of());
    known.add(ONE, Set.of(SHORT));
    assertThat(known.of(ONE)).containsExactly(SHORT);
  }

  @Test
  void whatIsSaidAgainIsNotWrittenAgain() throws IOException {
    DecodedDigests known = open(Set.of());
    known.add(ONE, Set.of(SHORT, LONG));
    long length = Files.size(file());
    known.add(ONE, Set.of(LONG));
    assertThat(Files.size(file())).isEqualTo(length);
  }

  private DecodedDigests open(Set<ContentId> held) throws IOException {
    return DecodedDigests.open(file(), held::contains);
  }

  private Path file() {
    return directory.resolve("made").resolve("decoded");
  }

  private static ContentId content(String name) {
    return new ContentId(ByteString.encodeUtf8(name).sha256(), 7);
  }
}
