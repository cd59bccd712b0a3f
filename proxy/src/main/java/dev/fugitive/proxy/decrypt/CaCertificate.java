package dev.fugitive.proxy.decrypt;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import okio.ByteString;

/**
 * What everybody may know of a certificate authority.
 *
 * @param domains the domains that it may speak for, each with all names below it
 */
public record CaCertificate(X509Certificate certificate, List<String> domains) {
  public CaCertificate {
    domains = List.copyOf(domains);
  }

  /** The one that this certificate states, as {@link CertificateAuthority#create} made it. */
  static CaCertificate of(X509Certificate certificate) throws GeneralSecurityException {
    return new CaCertificate(certificate, CertificateAuthority.domainsOf(certificate));
  }

  /** The SHA-256 of the certificate, in hexadecimal. */
  public String fingerprint() {
    return encoded().sha256().hex();
  }

  /** The DER of the certificate. */
  public ByteString encoded() {
    try {
      return ByteString.of(certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("certificate without encoding", impossible);
    }
  }

  /** Whether it is valid at this time. */
  public boolean isValidAt(Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && now.isBefore(certificate.getNotAfter().toInstant());
  }
}
