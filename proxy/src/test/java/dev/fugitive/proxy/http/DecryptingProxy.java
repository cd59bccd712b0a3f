package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.client.trust.HostPattern;
import dev.fugitive.client.trust.TrustOrigins;
import dev.fugitive.proxy.decrypt.CaFile;
import dev.fugitive.proxy.decrypt.CertificateAuthority;
import dev.fugitive.proxy.decrypt.DecryptHosts;
import dev.fugitive.proxy.decrypt.Decryption;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.ByteString;

/** A front end that decrypts {@code localhost}, and origins' certificates that it trusts. */
final class DecryptingProxy implements AutoCloseable {
  private final HeldCertificate originAuthority =
      new HeldCertificate.Builder().certificateAuthority(0).build();
  private final OkHttpClient origin;
  private final CaFile files;
  private final CertificateAuthority authority;
  private final Decryption decryption;
  private final FrontEnd frontEnd;

  DecryptingProxy(Path directory, FrontEndSettings.Limits limits) throws IOException {
    HandshakeCertificates trusted =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(originAuthority.certificate())
            .build();
    origin =
        OriginClient.create()
            .newBuilder()
            .sslSocketFactory(trusted.sslSocketFactory(), trusted.trustManager())
            .build();
    files = new CaFile(directory.resolve("ca"));
    List<HostPattern> hosts = List.of(DecryptHosts.parseName("localhost"));
    authority = CertificateAuthority.create(hosts, InstantSource.system().instant());
    files.write(authority);
    decryption =
        new Decryption(
            new DecryptHosts(hosts, List.of()),
            authority,
            InstantSource.system(),
            System::nanoTime,
            task -> Thread.ofVirtual().start(task));
    frontEnd =
        FrontEnd.start(
            new FrontEndSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TrustOrigins.parse(List.of("127.0.0.1", "localhost")),
                Set.of(443, 8443),
                limits,
                Optional.of(decryption),
                Optional.of(
                    SslContextBuilder.forClient()
                        .trustManager(originAuthority.certificate())
                        .build()),
                Optional.empty()),
            origin,
            head -> new SelfResponder.Answer(200, Fields.EMPTY, ByteString.encodeUtf8("self")));
  }

  /** A certificate that the proxy trusts, for this name. */
  HandshakeCertificates originCertificate(String name) {
    HeldCertificate certificate =
        new HeldCertificate.Builder()
            .addSubjectAlternativeName(name)
            .signedBy(originAuthority)
            .build();
    return new HandshakeCertificates.Builder()
        .heldCertificate(certificate, originAuthority.certificate())
        .build();
  }

  /** What a client has that trusts the CA. */
  HandshakeCertificates clientTrust() {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(authority.certificate())
        .build();
  }

  /** What a client has that knows the origin's own authority alone. */
  HandshakeCertificates pinningTrust() {
    return new HandshakeCertificates.Builder()
        .addTrustedCertificate(originAuthority.certificate())
        .build();
  }

  HeldCertificate originAuthority() {
    return originAuthority;
  }

  Path caCertificate() {
    return files.certificate();
  }

  Decryption decryption() {
    return decryption;
  }

  InetSocketAddress address() {
    return frontEnd.address();
  }

  long openConnections() {
    return frontEnd.counts().openConnections().sum();
  }

  @Override
  public void close() {
    frontEnd.close();
    origin.dispatcher().executorService().shutdown();
    origin.connectionPool().evictAll();
  }
}
