package dev.fugitive.client.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.trust.StructuredItem.Bool;
import dev.fugitive.client.trust.StructuredItem.Bytes;
import dev.fugitive.client.trust.StructuredItem.Decimal;
import dev.fugitive.client.trust.StructuredItem.Inner;
import dev.fugitive.client.trust.StructuredItem.Int;
import dev.fugitive.client.trust.StructuredItem.Text;
import dev.fugitive.client.trust.StructuredItem.Token;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredDictionaryTest {
  private static Map<String, StructuredItem> read(String... lines) {
    return StructuredDictionary.parse(List.of(lines)).orElseThrow();
  }

  @Test
  void everyKindOfItemIsRead() {
    assertThat(read("a=1, b=-0.5, c=\"x\\\"y\", d=*t/1:2, e=:aGk=:, f, g=?0, h=(1 \"b\";p c)"))
        .containsExactly(
            Map.entry("a", new Int(1)),
            Map.entry("b", new Decimal("-0.5")),
            Map.entry("c", new Text("x\"y")),
            Map.entry("d", new Token("*t/1:2")),
            Map.entry("e", new Bytes(ByteString.encodeUtf8("hi"))),
            Map.entry("f", new Bool(true)),
            Map.entry("g", new Bool(false)),
            Map.entry("h", new Inner(List.of(new Int(1), new Text("b"), new Token("c")))));
  }

  @Test
  void linesAreOneFieldAndTheLastOfTwoMembersCounts() {
    assertThat(read("a=1 ,\tb=2", "a=3;q=0.5;w"))
        .containsExactly(Map.entry("b", new Int(2)), Map.entry("a", new Int(3)));
    assertThat(read("")).isEmpty();
    assertThat(read("  ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1,",
        ",a=1",
        "a=1,,b=2",
        "A=1",
        "1=a",
        "a =1",
        "a= 1",
        "a=1 b=2",
        "a=:aGk=",
        "a=:a:",
        "a=:a b=:",
        "a=\"x",
        "a=\"\\x\"",
        "a=\"\u00e9\"",
        "a=?2",
        "a=?",
        "a=-",
        "a=1.",
        "a=.5",
        "a=1.2345",
        "a=1234567890123456",
        "a=1234567890123.1",
        "a=(1",
        "a=(1 2",
        "a=(1\"b\")",
        "a;",
        "a;P",
        "a=@1",
        "a=\u0000",
        "a=1\u0000",
        "\u0000",
        "a=(\u0000)"
      })
  void aFieldThatIsMalformedAnywhereIsAbsent(String field) {
    assertThat(StructuredDictionary.parse(List.of(field))).isEmpty();
  }

  @Test
  void aFieldWithoutEndIsAbsent() {
    assertThat(StructuredDictionary.parse(List.of("a".repeat(17 * 1024)))).isEmpty();
    assertThat(StructuredDictionary.parse(List.of("a,".repeat(300) + "a"))).isPresent();
    StringBuilder many = new StringBuilder("a0");
    for (int i = 1; i < 300; i++) {
      many.append(",a").append(i);
    }
    assertThat(StructuredDictionary.parse(List.of(many.toString()))).isEmpty();
  }

  @Property(tries = 5000, seed = "8941")
  void nothingMakesTheParserThrow(@ForAll("fieldLike") String field) {
    assertThat(StructuredDictionary.parse(List.of(field))).isNotNull();
  }

  @Provide
  Arbitrary<String> fieldLike() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "a",
            "b-1",
            "*",
            "=",
            "1",
            "-",
            ".",
            "9999999999999999",
            "\"",
            "\\",
            ":",
            "aGk=",
            "?",
            "?1",
            "(",
            ")",
            " ",
            "\t",
            ",",
            ";",
            "tok",
            "\u0000",
            "\u00e9",
            "\ud800");
    return pieces.list().ofMaxSize(40).map(parts -> String.join("", parts));
  }
}
