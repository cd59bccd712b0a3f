package dev.fugitive.client.trust;

import java.util.Arrays;
import java.util.Optional;

/** Where a piece of evidence came from, and so which bytes it names and for whom it counts. */
public enum EvidenceSource {
  /** The request's {@code Fugitive-Integrity}, or what an embedding program gave. */
  CALLER("caller", Names.STORED_FILE, true, Reach.ASKER),
  /** {@code …/blobs/sha256:<hex>} of an OCI registry (distribution spec, "Pulling blobs"). */
  URL_OCI("url-oci", Names.STORED_FILE, true, Reach.ANYBODY),
  /** {@code …/by-hash/SHA256/<hex>} of a Debian archive ("Acquire-By-Hash"). */
  URL_BY_HASH("url-by-hash", Names.STORED_FILE, true, Reach.ANYBODY),
  /** The origin's {@code Repr-Digest} (RFC 9530 section 3). */
  REPR_DIGEST("repr-digest", Names.REPRESENTATION, false, Reach.ANYBODY),
  /** The origin's {@code Content-Digest} (RFC 9530 section 2) where content is representation. */
  CONTENT_DIGEST("content-digest", Names.REPRESENTATION, false, Reach.ANYBODY),
  /** Amazon S3's {@code x-amz-checksum-sha256} of a full object. */
  AMZ_CHECKSUM("x-amz-checksum-sha256", Names.STORED_FILE, false, Reach.ANYBODY),
  /** {@code x-checksum-sha256} of Artifactory and its kin. */
  X_CHECKSUM("x-checksum-sha256", Names.STORED_FILE, false, Reach.ANYBODY),
  /** {@code Docker-Content-Digest} of an OCI registry. */
  DOCKER_DIGEST("docker-content-digest", Names.STORED_FILE, false, Reach.ANYBODY),
  /** A voucher signed by a trusted key. */
  VOUCHER("voucher", Names.REPRESENTATION, false, Reach.ANYBODY),
  /** Our own stored representation, just validated by the origin. */
  OWN_PAST("own-past", Names.REPRESENTATION, false, Reach.ANYBODY),
  /** A site's own manifest of its files. */
  SITE_MANIFEST("site-manifest", Names.STORED_FILE, true, Reach.NODE),
  /** Subresource Integrity of a page, or of its import map. */
  SRI("sri", Names.STORED_FILE, true, Reach.ASKER),
  /** {@code dist.integrity} of an npm packument. */
  NPM_PACKUMENT("npm-packument", Names.STORED_FILE, true, Reach.NODE),
  /** The hashes of a Python package index (PEP 503, PEP 691). */
  PYPI_INDEX("pypi-index", Names.STORED_FILE, true, Reach.ASKER),
  /** The index files that a Debian archive's {@code Release} lists. */
  DEBIAN_RELEASE("debian-release", Names.STORED_FILE, true, Reach.NODE),
  /** The packages that a Debian archive's {@code Packages} lists. */
  DEBIAN_PACKAGES("debian-packages", Names.STORED_FILE, true, Reach.NODE),
  /** The blobs and manifests that an OCI manifest or index lists. */
  OCI_MANIFEST("oci-manifest", Names.STORED_FILE, true, Reach.NODE),
  /** A checksum file beside what it is about: {@code .sha256}, {@code SHA256SUMS}. */
  CHECKSUM_FILE("checksum-file", Names.STORED_FILE, true, Reach.NODE),
  /** A Metalink (RFC 5854) beside what it is about. */
  METALINK("metalink", Names.STORED_FILE, true, Reach.NODE);

  /** Which bytes a source names. */
  public enum Names {
    /** The bytes as the origin sends them, content coding included (RFC 9110 section 8.4). */
    REPRESENTATION,
    /** The file as it is stored at the origin: says nothing once a content coding was applied. */
    STORED_FILE
  }

  /** For whom an answer that was proven by it may be kept. */
  public enum Reach {
    /** Whoever asked, and nobody else: others did not choose to believe it. */
    ASKER,
    /** All who ask this node; it does not vouch for it. */
    NODE,
    /** All who ask, and this node may vouch for it. */
    ANYBODY
  }

  private final String token;
  private final Names names;
  private final boolean published;
  private final Reach reach;

  EvidenceSource(String token, Names names, boolean published, Reach reach) {
    this.token = token;
    this.names = names;
    this.published = published;
    this.reach = reach;
  }

  /** The name in explanations. */
  public String token() {
    return token;
  }

  /** The source with this token. */
  public static Optional<EvidenceSource> ofToken(String token) {
    return Arrays.stream(values()).filter(source -> source.token.equals(token)).findFirst();
  }

  /** Which bytes it names. */
  public Names names() {
    return names;
  }

  /**
   * Whether the digest was known before anybody asked, so that the content it names is public even
   * when this request carries a cookie. A digest on the answer itself is not: it may name a page
   * made for one user.
   */
  public boolean isPublished() {
    return published;
  }

  /** For whom an answer that was proven by it may be kept. */
  public Reach reach() {
    return reach;
  }
}
