package dev.fugitive.client.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityTest {
  private static final ByteString MESSAGE = ByteString.encodeUtf8("a message");

  @TempDir Path directory;

  /** RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc). */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
        + "'',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
        + "72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,"
        + "af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
        + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
        + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f,"
        + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        + "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
  })
  void signsAndVerifiesAsTheRfcSays(String seed, String publicKey, String text, String expected) {
    Identity identity = Identity.of(hex(seed), hex(publicKey));
    ByteString signature = identity.sign(hex(text));
    assertThat(signature.hex()).isEqualTo(expected);
    assertThat(Identity.verify(identity.peerId(), hex(text), signature)).isTrue();
  }

  @Test
  void everyFlippedBitOfASignatureIsNoticed() {
    Identity identity = Identity.generate();
    ByteString signature = identity.sign(MESSAGE);
    for (int bit = 0; bit < signature.size() * 8; bit++) {
      byte[] flipped = signature.toByteArray();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(Identity.verify(identity.peerId(), MESSAGE, ByteString.of(flipped)))
          .as("bit %d", bit)
          .isFalse();
    }
  }

  @Test
  void garbageIsNoSignatureAndNoException() {
    PeerId peer = Identity.generate().peerId();
    for (int size : new int[] {0, 1, 63, 64, 65, 4096}) {
      for (int fill : new int[] {0, 0x7f, 0xff}) {
        byte[] garbage = new byte[size];
        java.util.Arrays.fill(garbage, (byte) fill);
        assertThat(Identity.verify(peer, MESSAGE, ByteString.of(garbage))).isFalse();
      }
    }
  }

  /** With the neutral point as key, R = neutral and S = 0 would fit every message. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void aKeyOfSmallOrderOrNoKeyAtAllSignsNothing(String key) {
    PeerId peer = new PeerId(hex(key));
    ByteString neutral = hex("01" + "00".repeat(31) + "00".repeat(32));
    assertThat(Identity.verify(peer, MESSAGE, neutral)).isFalse();
    assertThat(Identity.verify(peer, MESSAGE, hex("00".repeat(64)))).isFalse();
  }

  /** S + L is the same number to a lax verifier (RFC 8032, section 5.1.7, step 1). */
  @Test
  void aSignatureHasOneForm() {
    Identity identity = Identity.generate();
    ByteString signature = identity.sign(MESSAGE);
    java.math.BigInteger order =
        java.math.BigInteger.TWO
            .pow(252)
            .add(new java.math.BigInteger("27742317777372353535851937790883648493"));
    byte[] malleated = signature.toByteArray();
    java.math.BigInteger s = littleEndian(malleated, 32).add(order);
    for (int i = 0; i < 32; i++) {
      malleated[32 + i] = s.shiftRight(8 * i).byteValue();
    }
    assertThat(Identity.verify(identity.peerId(), MESSAGE, ByteString.of(malleated))).isFalse();
  }

  @Test
  void anIdentityIsMadeOnceAndFoundAgain() throws IOException {
    Path file = directory.resolve("state").resolve("identity");
    Identity made = Identity.loadOrCreate(file);
    Identity found = Identity.loadOrCreate(file);
    assertThat(found.peerId()).isEqualTo(made.peerId());
    assertThat(Identity.verify(made.peerId(), MESSAGE, found.sign(MESSAGE))).isTrue();
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void theFileIsReadableByItsOwnerAlone() throws IOException {
    Path file = directory.resolve("identity");
    Identity.loadOrCreate(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "rw--w----"})
  void aFileThatOthersMayReadOrWriteIsRefused(String permissions) throws IOException {
    Path file = directory.resolve("identity");
    Identity.loadOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertThatThrownBy(() -> Identity.loadOrCreate(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("open to others: " + permissions)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void aDamagedFileIsRefusedAndLeftAlone() throws IOException {
    Path file = directory.resolve("identity");
    Identity.loadOrCreate(file);
    String good = Files.readString(file);
    Identity other = Identity.generate();
    for (String bad :
        List.of(
            "",
            good.substring(0, good.length() / 2),
            good.replace("private ", "secret "),
            good.replaceFirst("\npublic .*", "\npublic " + other.peerId().publicKey().base64()),
            good.replaceFirst("\nprivate .*", "\nprivate AAAA"),
            good.replaceFirst("\nprivate .*", "\nprivate ***"),
            good + good,
            "x".repeat(100_000))) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> Identity.loadOrCreate(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("is damaged");
      assertThat(Files.readString(file)).isEqualTo(bad);
    }
  }

  @Test
  void thePrivateKeyIsNotPrinted() {
    Identity identity = Identity.generate();
    assertThat(identity.toString()).isEqualTo(identity.peerId().toString());
  }

  @Test
  void fieldsOfAStatementCannotSlideIntoEachOther() {
    assertThat(new Statement("label").with("ab").with("c").bytes())
        .isNotEqualTo(new Statement("label").with("a").with("bc").bytes());
    assertThat(new Statement("labela").with("b").bytes())
        .isNotEqualTo(new Statement("label").with("ab").bytes());
  }

  @Test
  void aContextIsTheSameWhateverTheCaseOfItsHost() {
    assertThat(ContextId.ofHost("CDN.Example")).isEqualTo(ContextId.ofHost("cdn.example"));
    assertThat(ContextId.ofHost("a.example")).isNotEqualTo(ContextId.ofHost("b.example"));
  }

  private static java.math.BigInteger littleEndian(byte[] bytes, int offset) {
    byte[] reversed = new byte[32];
    for (int i = 0; i < 32; i++) {
      reversed[i] = bytes[offset + 31 - i];
    }
    return new java.math.BigInteger(1, reversed);
  }

  private static ByteString hex(String text) {
    return ByteString.decodeHex(text);
  }
}
