package dev.fugitive.client.routing;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import okio.ByteString;

/**
 * HMAC-SHA-256 under one key, which is taken in once: each request is looked for in the filter of
 * every peer, under that filter's salt, before it is sent anywhere.
 *
 * <p>Safe for use by several threads: what has taken in the key is copied, never written to.
 */
final class SaltedHash {
  private static final String ALGORITHM = "HmacSHA256";

  private final Mac keyed;

  SaltedHash(ByteString key) {
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(key.toByteArray(), ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  ByteString of(ByteString message) {
    try {
      Mac hash = (Mac) keyed.clone();
      hash.update(message.asByteBuffer());
      return ByteString.of(hash.doFinal());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the " + ALGORITHM + " of every JDK can be copied", e);
    }
  }
}
