package dev.fugitive.client.fetch;

import java.net.Proxy;
import java.net.ProxySelector;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Authenticator;
import okhttp3.CertificatePinner;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The settings by which a program's own client would carry out a call, as an interceptor of it sees
 * them. Two are equal where they are made of the same objects, as those of one client's calls are.
 *
 * @param sslSocketFactory null where the client speaks no TLS
 * @param trustManager of the factory
 */
record ClientSettings(
    boolean followRedirects,
    boolean followSslRedirects,
    boolean retryOnConnectionFailure,
    Authenticator authenticator,
    CookieJar cookieJar,
    Dns dns,
    SocketFactory socketFactory,
    @Nullable Proxy proxy,
    ProxySelector proxySelector,
    Authenticator proxyAuthenticator,
    @Nullable SSLSocketFactory sslSocketFactory,
    @Nullable X509TrustManager trustManager,
    HostnameVerifier hostnameVerifier,
    CertificatePinner certificatePinner,
    int connectTimeoutMillis,
    int readTimeoutMillis,
    int writeTimeoutMillis) {

  /** Those of the client that the chain belongs to, with what interceptors before changed. */
  static ClientSettings of(Interceptor.Chain chain) {
    return new ClientSettings(
        chain.getFollowRedirects(),
        chain.getFollowSslRedirects(),
        chain.getRetryOnConnectionFailure(),
        chain.getAuthenticator(),
        chain.getCookieJar(),
        chain.getDns(),
        chain.getSocketFactory(),
        chain.getProxy(),
        chain.getProxySelector(),
        chain.getProxyAuthenticator(),
        chain.getSslSocketFactoryOrNull(),
        chain.getX509TrustManagerOrNull(),
        chain.getHostnameVerifier(),
        chain.getCertificatePinner(),
        chain.connectTimeoutMillis(),
        chain.readTimeoutMillis(),
        chain.writeTimeoutMillis());
  }

  /**
   * A client with these settings.
   *
   * @param others gives those that a chain does not show: protocols, connection specs, listeners
   */
  OkHttpClient over(OkHttpClient others) {
    OkHttpClient.Builder client =
        others
            .newBuilder()
            .followRedirects(followRedirects)
            .followSslRedirects(followSslRedirects)
            .retryOnConnectionFailure(retryOnConnectionFailure)
            .authenticator(authenticator)
            .cookieJar(cookieJar)
            .dns(dns)
            .socketFactory(socketFactory)
            .proxy(proxy)
            .proxySelector(proxySelector)
            .proxyAuthenticator(proxyAuthenticator)
            .hostnameVerifier(hostnameVerifier)
            .certificatePinner(certificatePinner)
            .connectTimeout(Duration.ofMillis(connectTimeoutMillis))
            .readTimeout(Duration.ofMillis(readTimeoutMillis))
            .writeTimeout(Duration.ofMillis(writeTimeoutMillis))
            .callTimeout(Duration.ZERO);
    if (sslSocketFactory != null && trustManager != null) {
      client.sslSocketFactory(sslSocketFactory, trustManager);
    }
    client.interceptors().clear();
    return client.build();
  }
}
