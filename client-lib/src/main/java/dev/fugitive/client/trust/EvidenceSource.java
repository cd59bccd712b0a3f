package dev.fugitive.client.trust;

/** Where a piece of evidence came from, and so which bytes it names. */
public enum EvidenceSource {
  /** The request's {@code Fugitive-Integrity}, or what an embedding program gave. */
  CALLER("caller", Names.STORED_FILE, true),
  /** {@code …/blobs/sha256:<hex>} of an OCI registry (distribution spec, "Pulling blobs"). */
  URL_OCI("url-oci", Names.STORED_FILE, true),
  /** {@code …/by-hash/SHA256/<hex>} of a Debian archive ("Acquire-By-Hash"). */
  URL_BY_HASH("url-by-hash", Names.STORED_FILE, true),
  /** The origin's {@code Repr-Digest} (RFC 9530 section 3). */
  REPR_DIGEST("repr-digest", Names.REPRESENTATION, false),
  /** The origin's {@code Content-Digest} (RFC 9530 section 2) where content is representation. */
  CONTENT_DIGEST("content-digest", Names.REPRESENTATION, false),
  /** Amazon S3's {@code x-amz-checksum-sha256} of a full object. */
  AMZ_CHECKSUM("x-amz-checksum-sha256", Names.STORED_FILE, false),
  /** {@code x-checksum-sha256} of Artifactory and its kin. */
  X_CHECKSUM("x-checksum-sha256", Names.STORED_FILE, false),
  /** {@code Docker-Content-Digest} of an OCI registry. */
  DOCKER_DIGEST("docker-content-digest", Names.STORED_FILE, false),
  /** A voucher signed by a trusted key. */
  VOUCHER("voucher", Names.REPRESENTATION, false),
  /** Our own stored representation, just validated by the origin. */
  OWN_PAST("own-past", Names.REPRESENTATION, false);

  /** Which bytes a source names. */
  public enum Names {
    /** The bytes as the origin sends them, content coding included (RFC 9110 section 8.4). */
    REPRESENTATION,
    /** The file as it is stored at the origin: says nothing once a content coding was applied. */
    STORED_FILE
  }

  private final String token;
  private final Names names;
  private final boolean published;

  EvidenceSource(String token, Names names, boolean published) {
    this.token = token;
    this.names = names;
    this.published = published;
  }

  /** The name in explanations. */
  public String token() {
    return token;
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
}
