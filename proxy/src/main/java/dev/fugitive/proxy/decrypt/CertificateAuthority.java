package dev.fugitive.proxy.decrypt;

import dev.fugitive.client.trust.HostPattern;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The certificate authority of this machine: it may speak for the hosts that the user named, for
 * servers only, and for nobody who could speak for others.
 *
 * <p>Its reach is stated in its certificate (name constraints, RFC 5280 section 4.2.1.10), which
 * not every client honours on a root; so {@link #issue} holds to it too. A constraint on {@code
 * example.org} covers the names below it: the standard knows nothing narrower.
 *
 * <p>Its key is made here, kept by {@link CaFile}, and given to nobody: this class has no method
 * that returns it to another package.
 */
public final class CertificateAuthority {
  /** How long it lives, after which the user makes another. */
  static final Duration LIFE = Duration.ofDays(730);

  /** How long a leaf lives. */
  static final Duration LEAF_LIFE = Duration.ofHours(24);

  /** How far validity begins in the past, for clients whose clocks are behind. */
  static final Duration BACKDATED = Duration.ofHours(1);

  /** What the name of each begins with, for people who find one in a list. */
  public static final String NAME = "Fugitive CA";

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final List<String> domains;
  private final SecureRandom random = new SecureRandom();

  private CertificateAuthority(
      PrivateKey key, X509Certificate certificate, Collection<String> domains) {
    this.key = key;
    this.certificate = certificate;
    this.domains = List.copyOf(domains);
  }

  /** Makes a new one, with a new key, for these hosts. */
  public static CertificateAuthority create(Collection<HostPattern> hosts, Instant now) {
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("hosts: none (expected: at least one)");
    }
    List<String> domains = domains(hosts);
    KeyPair keys = newKeys();
    try {
      byte[] keyId = extensions().createSubjectKeyIdentifier(keys.getPublic()).getKeyIdentifier();
      X500Name name =
          new X500Name("CN=" + NAME + " " + HexFormat.of().formatHex(keyId).substring(0, 8));
      X509v3CertificateBuilder builder =
          builder(name, name, keys.getPublic(), now, now.plus(LIFE), new SecureRandom())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(Extension.nameConstraints, true, constraints(domains))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  extensions().createSubjectKeyIdentifier(keys.getPublic()));
      return new CertificateAuthority(
          keys.getPrivate(), signed(builder, keys.getPrivate()), domains);
    } catch (IOException | GeneralSecurityException | OperatorCreationException failure) {
      throw new IllegalStateException("a certificate authority cannot be made", failure);
    }
  }

  /** The one with this key and certificate, as {@link #create} made it. */
  static CertificateAuthority of(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] probe = certificate.getEncoded();
    Signature signature = Signature.getInstance(SIGNATURE);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    if (!signature.verify(signed) || certificate.getBasicConstraints() < 0) {
      throw new GeneralSecurityException("the key is not the one of the certificate");
    }
    return new CertificateAuthority(key, certificate, domainsOf(certificate));
  }

  /** The certificate, which clients are to trust. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** What of it everybody may know. */
  public CaCertificate stated() {
    return new CaCertificate(certificate, domains);
  }

  /** The domains that it may speak for, each with all names below it. */
  public List<String> domains() {
    return domains;
  }

  /** The SHA-256 of the certificate, in hexadecimal. */
  public String fingerprint() {
    return stated().fingerprint();
  }

  /** Whether its certificate is valid at this time. */
  public boolean isValidAt(Instant now) {
    return stated().isValidAt(now);
  }

  /** Whether its reach covers every host that a pattern means. */
  public boolean permits(HostPattern pattern) {
    return permits(DecryptHosts.domain(pattern));
  }

  /** Whether an authority made for these hosts would have this one's reach. */
  public static boolean sameReach(CertificateAuthority authority, Collection<HostPattern> hosts) {
    return authority.domains.equals(domains(hosts));
  }

  boolean permits(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return DecryptHosts.isDnsName(name)
        && domains.stream().anyMatch(domain -> name.equals(domain) || name.endsWith("." + domain));
  }

  /** A certificate for one host, for a server that has the private part of this key. */
  X509Certificate issue(String host, PublicKey server, Instant now) {
    if (!permits(host)) {
      throw new IllegalArgumentException("host: " + host + " (expected: within " + domains + ")");
    }
    Instant end = now.plus(LEAF_LIFE);
    Instant last = certificate.getNotAfter().toInstant();
    try {
      // RFC 6125 section 6.4.4: clients take the subject alternative name; 64 characters limit a CN
      X500Name subject = new X500Name(host.length() <= 64 ? "CN=" + host : "");
      X509v3CertificateBuilder builder =
          builder(issuer(), subject, server, now, end.isBefore(last) ? end : last, random)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.subjectAlternativeName,
                  host.length() > 64,
                  new GeneralNames(new GeneralName(GeneralName.dNSName, host)))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  extensions().createAuthorityKeyIdentifier(certificate.getPublicKey()))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  extensions().createSubjectKeyIdentifier(server));
      return signed(builder, key);
    } catch (CertIOException | GeneralSecurityException | OperatorCreationException failure) {
      throw new IllegalStateException("no certificate for " + host, failure);
    }
  }

  /** The private key, for its file alone. */
  PrivateKey key() {
    return key;
  }

  /** A new key pair on P-256, which every client knows. */
  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException impossible) {
      throw new IllegalStateException("a Java without P-256", impossible);
    }
  }

  /** The domains of these hosts, without those that lie in another. */
  static List<String> domains(Collection<HostPattern> hosts) {
    List<String> all = hosts.stream().map(DecryptHosts::domain).distinct().sorted().toList();
    return all.stream()
        .filter(domain -> all.stream().noneMatch(other -> domain.endsWith("." + other)))
        .toList();
  }

  private X500Name issuer() {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer,
      X500Name subject,
      PublicKey subjectKey,
      Instant now,
      Instant end,
      SecureRandom random) {
    Instant start = now.minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
    BigInteger serial = new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE);
    return new JcaX509v3CertificateBuilder(
        issuer, serial, Date.from(start), Date.from(end), subject, subjectKey);
  }

  /**
   * Permitted: the domains. Excluded: every address, since a list of names says nothing of them.
   */
  private static NameConstraints constraints(List<String> domains) {
    GeneralSubtree[] permitted =
        domains.stream()
            .map(domain ->
                new GeneralSubtree(new GeneralName(GeneralName.dNSName, new DERIA5String(domain))))
            .toArray(GeneralSubtree[]::new);
    return new NameConstraints(
        permitted, new GeneralSubtree[] {everyAddressOf(4), everyAddressOf(16)});
  }

  /** An address and a mask, all zeros. */
  private static GeneralSubtree everyAddressOf(int lengthBytes) {
    return new GeneralSubtree(
        new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[2 * lengthBytes])));
  }

  static List<String> domainsOf(X509Certificate certificate) throws GeneralSecurityException {
    byte[] encoded = certificate.getExtensionValue(Extension.nameConstraints.getId());
    if (encoded == null) {
      throw new GeneralSecurityException("the certificate has no name constraints");
    }
    try {
      GeneralSubtree[] permitted =
          NameConstraints.getInstance(JcaX509ExtensionUtils.parseExtensionValue(encoded))
              .getPermittedSubtrees();
      if (permitted == null) {
        throw new GeneralSecurityException("the certificate permits no names");
      }
      return Arrays.stream(permitted).map(tree -> tree.getBase().getName().toString()).toList();
    } catch (IOException | IllegalArgumentException malformed) {
      throw new GeneralSecurityException("malformed name constraints", malformed);
    }
  }

  private static JcaX509ExtensionUtils extensions() throws NoSuchAlgorithmException {
    return new JcaX509ExtensionUtils();
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey signer)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer)));
  }
}
