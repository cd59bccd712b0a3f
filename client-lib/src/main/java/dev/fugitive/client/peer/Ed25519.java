package dev.fugitive.client.peer;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;
import okio.ByteString;

/** Ed25519 (RFC 8032) by the JDK, with keys in their 32-byte form. */
final class Ed25519 {
  /** Bytes of a private key's seed. */
  static final int SEED_BYTES = 32;

  /** Bytes of a signature. */
  static final int SIGNATURE_BYTES = 64;

  private static final String ALGORITHM = "Ed25519";
  private static final BigInteger FIELD_PRIME =
      BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /**
   * The y coordinates of the points whose order divides the cofactor 8. With such a "public key"
   * one signature fits many messages, so it is nobody's identity.
   */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          FIELD_PRIME.subtract(BigInteger.ONE),
          new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
          new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16));

  private Ed25519() {}

  /** A private key's seed and its public key. */
  record Keys(ByteString seed, ByteString publicKey) {}

  static Keys generate() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
      EdECPoint point = ((EdECPublicKey) pair.getPublic()).getPoint();
      return new Keys(ByteString.of(seed), encode(point));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + ALGORITHM, e);
    }
  }

  static PrivateKey privateKey(ByteString seed) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + ALGORITHM, e);
    }
  }

  static ByteString sign(PrivateKey key, ByteString message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(message.asByteBuffer());
      return ByteString.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  /** Whether the signature is right; anything that is not a key or a signature is wrong. */
  static boolean verify(ByteString publicKey, ByteString message, ByteString signature) {
    if (publicKey.size() != PeerId.BYTES || signature.size() != SIGNATURE_BYTES) {
      return false;
    }
    EdECPoint point = decode(publicKey);
    if (point.getY().compareTo(FIELD_PRIME) >= 0 || SMALL_ORDER.contains(point.getY())) {
      return false;
    }
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(message.asByteBuffer());
      return verifier.verify(signature.toByteArray());
    } catch (GeneralSecurityException notAKeyOrNotASignature) {
      return false;
    }
  }

  /** RFC 8032, section 5.1.2: y as 32 bytes, little-endian, the top bit is the lowest of x. */
  private static ByteString encode(EdECPoint point) {
    byte[] bigEndian = point.getY().toByteArray();
    byte[] encoded = new byte[PeerId.BYTES];
    for (int i = 0; i < Math.min(bigEndian.length, encoded.length); i++) {
      encoded[i] = bigEndian[bigEndian.length - 1 - i];
    }
    if (point.isXOdd()) {
      encoded[encoded.length - 1] |= (byte) 0x80;
    }
    return ByteString.of(encoded);
  }

  private static EdECPoint decode(ByteString publicKey) {
    byte[] bigEndian = new byte[PeerId.BYTES];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = publicKey.getByte(bigEndian.length - 1 - i);
    }
    boolean xOdd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    return new EdECPoint(xOdd, new BigInteger(1, bigEndian));
  }
}
