package dev.fugitive.client.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import okio.ByteString;

/**
 * This node's Ed25519 key pair: what makes it one peer and no other. Safe for use by several
 * threads.
 */
public final class Identity {
  private static final ByteString SELF_TEST = new Statement("fugitive-self-test-1").bytes();

  private final PeerId peerId;
  private final Ed25519.Keys keys;
  private final PrivateKey privateKey;

  private Identity(Ed25519.Keys keys) {
    this.keys = keys;
    this.peerId = new PeerId(keys.publicKey());
    this.privateKey = Ed25519.privateKey(keys.seed());
    if (!verify(peerId, SELF_TEST, sign(SELF_TEST))) {
      throw new IllegalArgumentException("private and public key do not belong together");
    }
  }

  /** A new identity that no file keeps. */
  public static Identity generate() {
    return new Identity(Ed25519.generate());
  }

  /**
   * Reads the identity that a file keeps, or makes one and the file, readable by its owner alone.
   *
   * @throws IOException where the file is damaged, or others may read it; the message says which
   */
  public static Identity loadOrCreate(Path file) throws IOException {
    if (Files.exists(file)) {
      return IdentityFile.read(file);
    }
    Identity made = generate();
    return IdentityFile.writeNew(file, made) ? made : IdentityFile.read(file);
  }

  static Identity of(ByteString seed, ByteString publicKey) {
    if (seed.size() != Ed25519.SEED_BYTES) {
      throw new IllegalArgumentException("Ed25519 seed bytes: " + seed.size() + " (expected: 32)");
    }
    return new Identity(new Ed25519.Keys(seed, publicKey));
  }

  public PeerId peerId() {
    return peerId;
  }

  /** Signs a message, which should be a {@link Statement} so that its purpose is signed with it. */
  public ByteString sign(ByteString message) {
    return Ed25519.sign(privateKey, message);
  }

  /**
   * Whether a peer signed this message. Strict and total: what is not a signature, or not a key, or
   * a key of small order is false, never an exception.
   */
  public static boolean verify(PeerId signer, ByteString message, ByteString signature) {
    return Ed25519.verify(signer.publicKey(), message, signature);
  }

  ByteString seed() {
    return keys.seed();
  }

  /** The public part alone: the private key must not reach a log. */
  @Override
  public String toString() {
    return peerId.toString();
  }
}
