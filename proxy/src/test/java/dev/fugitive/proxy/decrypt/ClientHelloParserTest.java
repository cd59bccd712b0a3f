package dev.fugitive.proxy.decrypt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientHelloParserTest {
  /** A hello with every field that is read. */
  private static final String DUMP =
      """
      16 0301 0067                record: handshake, TLS 1.0, 103 bytes
        01 000063                 client hello, 99 bytes
          0303                    TLS 1.2, as all say
          0000000000000000000000000000000000000000000000000000000000000000
          00                      no session
          0004 1301 c02b          two suites
          01 00                   no compression
          0036                    extensions, 54 bytes
            0000 0014 0012 00 000f 7777772e6578616d706c652e6f7267  server name: www.example.org
            0010 000e 000c 02 6832 08 687474702f312e31             protocols: h2, http/1.1
            002b 0003 02 0304                                      versions: TLS 1.3
            ff01 0001 00                                           renegotiation
      """;

  /** One that Node 20 sent. */
  private static final String NODE =
      """
      16030101820100017e03037e318f2fc93e8ee84af98ed37d1c8aed0ef8c412a30d0d94e634fa04df61124320
      e952d7868f6286e8b558ea3a26a7443091d90d8604bd3cba5dc3430ef355aecd0076130213031301c02fc02b
      c030c02c009ec0270067c028006b00a3009fcca9cca8ccaac0afc0adc0a3c09fc05dc061c057c05300a2c0ae
      c0acc0a2c09ec05cc060c056c052c024006ac0230040c00ac01400390038c009c01300330032009dc0a1c09d
      c051009cc0a0c09cc050003d003c0035002f00ff010000bf00000014001200000f7777772e6578616d706c65
      2e6f7267000b000403000102000a00160014001d0017001e0019001801000101010201030104002300000010
      000e000c02683208687474702f312e310016000000170000000d002a0028040305030603080708080809080a
      080b080408050806040105010601030303010302040205020602002b00050403040303002d00020101003300
      260024001d002080ab707bb393f9ec063d653c0c154c67471a060e4c3ba25e509cd62ae0f7a124
      """;

  private static ByteString bytes(String dump) {
    StringBuilder hex = new StringBuilder();
    for (String line : dump.lines().toList()) {
      for (String word : line.strip().split("\\s+", -1)) {
        if (!word.matches("([0-9a-f]{2})+")) {
          break;
        }
        hex.append(word);
      }
    }
    return ByteString.decodeHex(hex.toString());
  }

  @Test
  void everyFieldThatDecidesIsRead() {
    assertThat(ClientHelloParser.parse(bytes(DUMP)))
        .isInstanceOfSatisfying(
            ClientHello.class,
            hello -> {
              assertThat(hello.serverName()).contains("www.example.org");
              assertThat(hello.protocols()).containsExactly("h2", "http/1.1");
              assertThat(hello.versions()).containsExactly(0x0304);
              assertThat(hello.encryptedHello()).isFalse();
            });
  }

  @Test
  void aRealHelloIsRead() {
    assertThat(ClientHelloParser.parse(bytes(NODE)))
        .isInstanceOfSatisfying(
            ClientHello.class,
            hello -> {
              assertThat(hello.serverName()).contains("www.example.org");
              assertThat(hello.protocols()).containsExactly("h2", "http/1.1");
              assertThat(hello.versions()).containsExactly(0x0304, 0x0303);
            });
  }

  @Test
  void aHelloWithoutExtensionsSpeaksForItsOldVersion() {
    ByteString body =
        bytes(
            """
            0301      TLS 1.0
            0000000000000000000000000000000000000000000000000000000000000000
            00 0002 002f 01 00
            """);
    ByteString message =
        new Buffer().writeByte(1).writeByte(0).writeShort(body.size()).write(body).readByteString();
    assertThat(ClientHelloParser.parse(Hellos.record(message)))
        .isInstanceOfSatisfying(
            ClientHello.class,
            hello -> {
              assertThat(hello.serverName()).isEmpty();
              assertThat(hello.versions()).isEqualTo(List.of(0x0301));
            });
  }

  @Test
  void aHelloInManyRecordsIsOneHello() {
    ByteString message = Hellos.message(Hellos.extensions("example.org", "h2"));
    Buffer cut = new Buffer();
    for (int at = 0; at < message.size(); at += 7) {
      cut.write(Hellos.record(message.substring(at, Math.min(at + 7, message.size()))));
    }
    assertThat(ClientHelloParser.parse(cut.readByteString()))
        .isEqualTo(ClientHelloParser.parse(Hellos.hello("example.org", "h2")));
  }

  @Test
  void aHelloInMoreRecordsThanAnyClientMakesIsMalformed() {
    ByteString message = Hellos.message(Hellos.extensions("example.org", "h2"));
    Buffer cut = new Buffer();
    for (int at = 0; at < message.size(); at++) {
      cut.write(Hellos.record(message.substring(at, at + 1)));
    }
    assertThat(ClientHelloParser.parse(cut.readByteString()))
        .isInstanceOf(HelloParse.Malformed.class);
  }

  @Test
  void aLengthOverTheLimitIsMalformedAtOnce() {
    ByteString start = ByteString.decodeHex("1603014000" + "01" + "008001");
    assertThat(ClientHelloParser.parse(start))
        .isEqualTo(new HelloParse.Malformed("message length"));
  }

  @Test
  void anEncryptedHelloIsSeen() {
    ByteString extensions =
        new Buffer()
            .write(Hellos.extensions("public.example", "h2"))
            .write(Hellos.extension(0xfe0d, ByteString.decodeHex("00")))
            .readByteString();
    assertThat(ClientHelloParser.parse(Hellos.record(Hellos.message(extensions))))
        .isInstanceOfSatisfying(
            ClientHello.class, hello -> assertThat(hello.encryptedHello()).isTrue());
  }

  @Test
  void anExtensionTwiceIsMalformed() {
    ByteString twice =
        new Buffer()
            .write(Hellos.serverName("a.example"))
            .write(Hellos.serverName("b.example"))
            .readByteString();
    assertThat(ClientHelloParser.parse(Hellos.record(Hellos.message(twice))))
        .isEqualTo(new HelloParse.Malformed("extension 0 twice"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "a\0b", "-a", "a..b", "a b", "ex\u00e4mple", "."})
  void aNameThatIsNoHostNameIsMalformed(String name) {
    ByteString extensions =
        Hellos.extension(
            0,
            new Buffer()
                .writeShort(3 + ByteString.encodeUtf8(name).size())
                .writeByte(0)
                .writeShort(ByteString.encodeUtf8(name).size())
                .writeUtf8(name)
                .readByteString());
    assertThat(ClientHelloParser.parse(Hellos.record(Hellos.message(extensions))))
        .isEqualTo(new HelloParse.Malformed("server name"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH", "GET / HTTP/1.1\r\n", "\0", "\u0016\u0002"})
  void anotherProtocolIsNoTls(String text) {
    assertThat(ClientHelloParser.parse(ByteString.encodeUtf8(text)))
        .isEqualTo(new HelloParse.NotTls());
  }

  @Test
  void oneProgramKeepsItsFingerprintWhenItsOrderAndItsTicketChange() {
    ByteString plain = Hellos.message(Hellos.extensions("a.example", "h2"));
    ByteString other =
        Hellos.message(
            new Buffer()
                .write(Hellos.extension(41, ByteString.EMPTY))
                .write(Hellos.extension(0x2a2a, ByteString.EMPTY))
                .write(Hellos.extension(43, ByteString.decodeHex("020304")))
                .write(Hellos.extension(16, ByteString.decodeHex("0003026832")))
                .write(Hellos.serverName("b.example"))
                .readByteString());
    assertThat(fingerprint(plain)).isEqualTo(fingerprint(other)).isNotEqualTo(Optional.empty());
    assertThat(fingerprint(Hellos.message(Hellos.extensions("a.example"))))
        .isNotEqualTo(fingerprint(plain));
  }

  private static Optional<ByteString> fingerprint(ByteString message) {
    return ClientHelloParser.parse(Hellos.record(message)) instanceof ClientHello hello
        ? Optional.of(hello.fingerprint())
        : Optional.empty();
  }
}
