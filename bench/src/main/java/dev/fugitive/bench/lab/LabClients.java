package dev.fugitive.bench.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** OkHttp clients that trust the lab's origin. */
final class LabClients {
  private static final int IDLE_CONNECTIONS = 32;
  private static final long KEEP_ALIVE_MINUTES = 10;
  private static final long READ_SECONDS = 120;

  private LabClients() {}

  /**
   * A new client with connections and TLS sessions of its own.
   *
   * @param certificate of the lab's origin; null where the platform's trust will do
   */
  static OkHttpClient trusting(@Nullable Path certificate) throws IOException {
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .connectionPool(
                new ConnectionPool(IDLE_CONNECTIONS, KEEP_ALIVE_MINUTES, TimeUnit.MINUTES))
            .readTimeout(READ_SECONDS, TimeUnit.SECONDS);
    if (certificate == null) {
      return client.build();
    }
    try (InputStream pem = Files.newInputStream(certificate)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "lab", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      X509TrustManager trust = (X509TrustManager) factory.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new X509TrustManager[] {trust}, null);
      return client.sslSocketFactory(context.getSocketFactory(), trust).build();
    } catch (GeneralSecurityException e) {
      throw new IOException("the lab's certificate cannot be trusted", e);
    }
  }
}
