package dev.fugitive.cache.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;

final class ResourceKeyTest {
  private static RequestHead get(String url, String... fields) {
    return new RequestHead("GET", url, Fields.of(fields));
  }

  @Test
  void aKeyIsTheHashOfLengthPrefixedParts() {
    Buffer expected = new Buffer();
    expected.writeInt(3).writeUtf8("GET").writeInt(19).writeUtf8("http://example.com/");
    assertThat(ResourceKey.primary("GET", "HTTP://example.com:80").hash())
        .isEqualTo(expected.snapshot().sha256());
  }

  @Test
  void headHasTheKeyOfGetAndOthersTheirOwn() {
    String url = "http://example.com/";
    assertThat(ResourceKey.primary("HEAD", url)).isEqualTo(ResourceKey.primary("GET", url));
    assertThat(ResourceKey.primary("POST", url)).isNotEqualTo(ResourceKey.primary("GET", url));
  }

  @Test
  void variantsDifferByWhatSelectsThemAndByNothingElse() {
    List<String> names = List.of("accept", "accept-encoding");
    String url = "http://example.com/";
    ResourceKey one = ResourceKey.variant(get(url, "Accept", "a", "X", "1"), names);
    assertThat(ResourceKey.variant(get(url, "accept", " a ", "X", "2"), names)).isEqualTo(one);
    assertThat(ResourceKey.variant(get(url, "Accept", "b"), names)).isNotEqualTo(one);
    assertThat(ResourceKey.variant(get(url, "Accept-Encoding", "a"), names)).isNotEqualTo(one);
    assertThat(ResourceKey.variant(get(url, "Accept", "a", "Accept-Encoding", ""), names))
        .isNotEqualTo(one);
    assertThat(ResourceKey.variant(get(url, "Accept", "a"), List.of()))
        .isEqualTo(ResourceKey.primary("GET", url));
  }

  @Test
  void aStoredResponseHasTheKeysOfTheRequestThatSelectsIt() {
    RequestHead request = get("http://example.com/", "Accept", "a");
    StoredResponse stored =
        StoredResponse.of(
            request, Exchange.ok("Vary", "Accept"), Exchange.T0, Exchange.T0, Exchange.CONTENT);
    assertThat(stored.primaryKey()).isEqualTo(ResourceKey.primary(request));
    assertThat(stored.variantKey()).isEqualTo(ResourceKey.variant(request, List.of("accept")));
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new ResourceKey(ByteString.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key bytes: 0 (expected: 32)");
  }
}
