package dev.fugitive.proxy.http;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Why no TLS connection to an origin came about, for its user: a proxy that checks a certificate in
 * a browser's place has to say what the browser would have said.
 *
 * @param words one line of plain text
 * @param proxyError the error type of RFC 9209 section 2.3
 */
record TlsFailure(String words, String proxyError) {
  private static final int MAX_CAUSES = 16;
  private static final String CERTIFICATE = "tls_certificate_error";

  /** Looks for the deepest reason that is known. */
  static TlsFailure of(SSLException failure) {
    TlsFailure found = new TlsFailure("no TLS connection", "tls_protocol_error");
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      TlsFailure here = known(cause);
      found = here == null ? found : here;
      cause = cause.getCause();
    }
    return found;
  }

  private static @Nullable TlsFailure known(Throwable cause) {
    return switch (cause) {
      case CertificateExpiredException e ->
          new TlsFailure("its certificate has expired", CERTIFICATE);
      case CertificateNotYetValidException e ->
          new TlsFailure("its certificate is not valid yet", CERTIFICATE);
      case SSLPeerUnverifiedException e ->
          new TlsFailure("its certificate is for another host", CERTIFICATE);
      case CertPathBuilderException e ->
          new TlsFailure("its certificate is from no authority that is trusted here", CERTIFICATE);
      case CertPathValidatorException e ->
          new TlsFailure("its certificate cannot be verified", CERTIFICATE);
      case SSLException e when isAlert(e) ->
          new TlsFailure("it refused the TLS connection", "tls_alert_received");
      default -> null;
    };
  }

  private static boolean isAlert(SSLException failure) {
    return String.valueOf(failure.getMessage()).contains("Received fatal alert");
  }
}
