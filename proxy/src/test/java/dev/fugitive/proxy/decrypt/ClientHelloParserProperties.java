package dev.fugitive.proxy.decrypt;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import okio.Buffer;
import okio.ByteString;

final class ClientHelloParserProperties {
  private static final ByteString HELLO = Hellos.hello("www.example.org", "h2", "http/1.1");

  @Property(tries = 2000, seed = "2026")
  void randomBytesBehindARecordHeaderNeverThrow(@ForAll @Size(max = 600) byte[] noise) {
    ByteString bytes = ByteString.of(noise);
    assertThat(ClientHelloParser.parse(bytes)).isNotNull();
    assertThat(ClientHelloParser.parse(Hellos.record(bytes))).isNotNull();
    assertThat(ClientHelloParser.parse(Hellos.record(Hellos.message(bytes)))).isNotNull();
  }

  @Property(tries = 2000, seed = "2026")
  void anyBytesChangedNeverThrowAndNeverWaitForever(
      @ForAll @Size(min = 1, max = 8) int[] places, @ForAll byte value) {
    byte[] bytes = HELLO.toByteArray();
    for (int place : places) {
      bytes[Math.floorMod(place, bytes.length)] = value;
    }
    if (ClientHelloParser.parse(ByteString.of(bytes)) instanceof HelloParse.Incomplete more) {
      assertThat(more.atLeastBytes()).isGreaterThan(bytes.length);
    }
  }

  @Property(tries = 400, seed = "2026")
  void everyBeginningIsIncompleteAndTheWholeIsNot(@ForAll @IntRange(max = 200) int length) {
    ByteString start = HELLO.substring(0, Math.min(length, HELLO.size()));
    HelloParse parse = ClientHelloParser.parse(start);
    if (start.size() == HELLO.size()) {
      assertThat(parse).isInstanceOf(ClientHello.class);
    } else {
      assertThat(parse)
          .isInstanceOfSatisfying(
              HelloParse.Incomplete.class,
              more -> assertThat(more.atLeastBytes()).isBetween(start.size() + 1, HELLO.size()));
    }
  }

  @Property(tries = 400, seed = "2026")
  void howItIsCutIntoRecordsChangesNothing(@ForAll @Size(min = 1, max = 20) int[] cuts) {
    ByteString message = HELLO.substring(5);
    Buffer cut = new Buffer();
    int at = 0;
    for (int each : cuts) {
      int length = Math.min(1 + Math.floorMod(each, 30), message.size() - at);
      if (length > 0) {
        cut.write(Hellos.record(message.substring(at, at + length)));
        at += length;
      }
    }
    if (at < message.size()) {
      cut.write(Hellos.record(message.substring(at)));
    }
    assertThat(ClientHelloParser.parse(cut.readByteString()))
        .isEqualTo(ClientHelloParser.parse(HELLO));
  }

  @Property(tries = 200, seed = "2026")
  void noMoreThanTheLimitIsEverAskedFor(@ForAll @IntRange(min = 1, max = 16384) int fragment) {
    Buffer endless = new Buffer();
    HelloParse parse = ClientHelloParser.parse(ByteString.EMPTY);
    boolean first = true;
    while (parse instanceof HelloParse.Incomplete more) {
      assertThat(more.atLeastBytes()).isLessThanOrEqualTo(ClientHelloParser.MAX_BYTES);
      Buffer content = new Buffer();
      if (first) {
        content.write(ByteString.decodeHex("01007fff"));
      }
      content.write(new byte[Math.max(1, fragment - (int) content.size())]);
      endless.write(Hellos.record(content.readByteString()));
      first = false;
      parse = ClientHelloParser.parse(endless.snapshot());
    }
    assertThat(parse).isInstanceOf(HelloParse.Malformed.class);
  }
}
