package dev.fugitive.client.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a list names. */
class ListingTest {
  private static final String BASE = "https://site.example/mirror/urls.txt";

  @Test
  void linesAreUrlsOfTheListsOwnOriginRelativeOnesToo() throws IOException {
    String text = "# all of it\n\na.bin\n/b.bin\nhttps://site.example/c.bin\na.bin\n";
    assertThat(Listing.read(MirrorSource.Kind.LIST, BASE, ByteString.encodeUtf8(text)))
        .containsExactly(
            "https://site.example/mirror/a.bin",
            "https://site.example/b.bin",
            "https://site.example/c.bin");
  }

  @Test
  void aPageIsNoListAndItsLinesAreShownShort() {
    for (String page : List.of("<!doctype html>", "Back soon", "<html>" + "x".repeat(10_000))) {
      assertThatThrownBy(
              () -> Listing.read(MirrorSource.Kind.LIST, BASE, ByteString.encodeUtf8(page)))
          .isInstanceOf(IOException.class)
          .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200))
          .hasMessageContaining("(expected: a URL of site.example");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.168.1.1/admin",
        "//10.0.0.1/x",
        "https://other.example/x",
        "https://site.example:8443/x",
        "http://site.example/x",
      })
  void whoeverWritesAListSendsNobodyToOtherHosts(String line) {
    ByteString text = ByteString.encodeUtf8(line + "\n");
    assertThatThrownBy(() -> Listing.read(MirrorSource.Kind.LIST, BASE, text))
        .isInstanceOf(IOException.class)
        .hasMessage("line: " + line + " (expected: a URL of site.example, where the list is)");
  }
}
