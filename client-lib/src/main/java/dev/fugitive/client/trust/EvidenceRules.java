package dev.fugitive.client.trust;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import dev.fugitive.client.trust.Evidence.ProvesWhole;
import dev.fugitive.client.trust.EvidenceSource.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Which flat digests a request and its answer state, and for which answers they hold.
 *
 * <h2>Which bytes a digest names</h2>
 *
 * Our content is the body as the origin sends it, content coding included. {@code Repr-Digest}
 * names just that. All other publishers name the file they keep: once an answer carries a {@code
 * Content-Encoding}, nobody can tell whether the digest is meant before or after it, so it is
 * ignored. The bytes of the file under a head that says {@code gzip} would be a broken answer,
 * however well they are proven. Only Subresource Integrity says it itself: it names the bytes
 * behind the coding (SRI section 3.3.3), so it holds for those and never for the coded ones.
 *
 * <h2>Who states it</h2>
 *
 * A digest in the URL is stated by whoever wrote the link, not by the origin. A hostile page could
 * link to {@code https://victim.example/blobs/sha256:…}, seed its own bytes under that digest, and
 * have them run with the victim's authority if the victim answers every path with 200. So it holds
 * only for answers that no browser would run: see {@link #isInert}.
 */
public final class EvidenceRules {
  /** The request field by which a caller states the digest of what it wants; not passed on. */
  public static final String INTEGRITY_FIELD = "Fugitive-Integrity";

  private static final Set<String> INERT_TYPES =
      Set.of(
          "application/octet-stream",
          "binary/octet-stream",
          "application/json",
          "application/gzip",
          "application/x-gzip",
          "application/zstd",
          "application/zip",
          "application/x-xz",
          "application/x-bzip2",
          "application/x-lzma",
          "application/x-tar",
          "application/x-debian-package",
          "application/x-compressed-tar",
          "application/x-gtar",
          "application/x-bzip",
          "application/x-zstd",
          "application/x-lz4",
          "application/x-rpm",
          "application/x-redhat-package-manager",
          "application/x-7z-compressed",
          "application/x-iso9660-image",
          "application/x-apple-diskimage",
          "application/x-msdownload",
          "application/x-msdos-program",
          "application/java-archive",
          "text/plain");

  private EvidenceRules() {}

  /** The digests that a request states: the caller's first, then the one in its URL. */
  public static List<ProvesWhole> ofRequest(RequestHead request) {
    List<ProvesWhole> evidence = new ArrayList<>();
    for (Digest digest : Integrity.parse(String.join(" ", request.fields().all(INTEGRITY_FIELD)))) {
      evidence.add(new ProvesWhole(digest, EvidenceSource.CALLER));
    }
    ofUrl(request.url()).ifPresent(evidence::add);
    return List.copyOf(evidence);
  }

  /** The digests that an answer's head states about the whole representation. */
  public static List<ProvesWhole> ofResponse(RequestHead request, ResponseHead response) {
    if (!describesRepresentation(request, response)) {
      return List.of();
    }
    List<ProvesWhole> stated = new ArrayList<>();
    addDigestField(stated, response, "Repr-Digest", EvidenceSource.REPR_DIGEST);
    if (contentIsRepresentation(request, response)) {
      addDigestField(stated, response, "Content-Digest", EvidenceSource.CONTENT_DIGEST);
    }
    addVendorFields(stated, response.fields());
    List<ProvesWhole> holding =
        stated.stream().filter(evidence -> holdsFor(evidence, request, response)).toList();
    return holding.stream().filter(each -> !isContradicted(each, holding)).toList();
  }

  /**
   * Whether evidence names the bytes of this answer. Evidence from the request must be asked again
   * here once the head is known.
   */
  public static boolean holdsFor(Evidence evidence, RequestHead request, ResponseHead response) {
    if (!describesRepresentation(request, response)) {
      return false;
    }
    return switch (evidence.source()) {
      case URL_OCI,
          URL_BY_HASH,
          NPM_PACKUMENT,
          PYPI_INDEX,
          DEBIAN_RELEASE,
          DEBIAN_PACKAGES,
          OCI_MANIFEST,
          CHECKSUM_FILE,
          METALINK ->
          !isEncoded(response) && isInert(request, response);
      case SRI -> !isEncoded(response) && isScriptOrStyle(response);
      case CALLER,
          REPR_DIGEST,
          CONTENT_DIGEST,
          AMZ_CHECKSUM,
          X_CHECKSUM,
          DOCKER_DIGEST,
          VOUCHER,
          OWN_PAST,
          SITE_MANIFEST ->
          evidence.source().names() == Names.REPRESENTATION || !isEncoded(response);
    };
  }

  /**
   * Whether evidence names the bytes behind this answer's content coding, and so not those of the
   * answer: an answer that has these bytes and no coding is as good.
   */
  public static boolean namesDecoded(
      Evidence evidence, RequestHead request, ResponseHead response) {
    return evidence.source() == EvidenceSource.SRI
        && describesRepresentation(request, response)
        && isEncoded(response)
        && isScriptOrStyle(response);
  }

  /** An origin that states two digests of one algorithm states neither. */
  private static boolean isContradicted(ProvesWhole each, List<ProvesWhole> all) {
    return all.stream()
        .map(ProvesWhole::digest)
        .anyMatch(other ->
            other.algorithm() == each.digest().algorithm() && !other.equals(each.digest()));
  }

  /** Whether a URL's path names a digest: what is found by it, whoever wrote the link chose. */
  public static boolean namesItself(String url) {
    return ofUrl(url).isPresent();
  }

  /** The digest that a URL's path names, if it has one of the known forms. */
  static Optional<ProvesWhole> ofUrl(String url) {
    if (!mayNameDigest(url)) {
      return Optional.empty();
    }
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed == null) {
      return Optional.empty();
    }
    List<String> path = parsed.pathSegments();
    int last = path.size() - 1;
    if (last >= 1
        && (path.get(last - 1).equals("blobs") || path.get(last - 1).equals("manifests"))) {
      return ociDigest(path.get(last))
          .map(digest -> new ProvesWhole(digest, EvidenceSource.URL_OCI));
    }
    if (last >= 2 && path.get(last - 2).equals("by-hash")) {
      return Integrity.ofHex(path.get(last - 1), path.get(last))
          .map(digest -> new ProvesWhole(digest, EvidenceSource.URL_BY_HASH));
    }
    return Optional.empty();
  }

  /** Spares most URLs their parsing; a percent-encoding may hide anything. */
  private static boolean mayNameDigest(String url) {
    return url.contains("/blobs/")
        || url.contains("/manifests/")
        || url.contains("/by-hash/")
        || url.indexOf('%') >= 0
        || url.indexOf('\\') >= 0;
  }

  /** An OCI digest, {@code sha256:<hex>} (image spec, "Digests"). */
  private static Optional<Digest> ociDigest(String text) {
    int colon = text.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Integrity.ofHex(text.substring(0, colon), text.substring(colon + 1));
  }

  private static void addDigestField(
      List<ProvesWhole> to, ResponseHead response, String field, EvidenceSource source) {
    Map<String, StructuredItem> members =
        StructuredDictionary.parse(response.fields().all(field)).orElse(Map.of());
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      // RFC 9530 section 5: the algorithm's key is its name in lower case
      String key = algorithm.javaName().toLowerCase(Locale.ROOT);
      if (members.get(key) instanceof StructuredItem.Bytes bytes) {
        Integrity.of(algorithm, bytes.value())
            .ifPresent(digest -> to.add(new ProvesWhole(digest, source)));
      }
    }
  }

  private static void addVendorFields(List<ProvesWhole> to, Fields fields) {
    boolean composite =
        fields.first("x-amz-checksum-type").filter("COMPOSITE"::equalsIgnoreCase).isPresent();
    if (!composite) {
      // a multipart upload's "BASE64-N" hashes the parts' hashes; '-' keeps it from being read
      only(fields, "x-amz-checksum-sha256")
          .filter(value -> value.indexOf('-') < 0)
          .flatMap(Integrity::ofBase64Sha256)
          .ifPresent(digest -> to.add(new ProvesWhole(digest, EvidenceSource.AMZ_CHECKSUM)));
    }
    only(fields, "x-checksum-sha256")
        .flatMap(value -> Integrity.ofHex("sha256", value))
        .ifPresent(digest -> to.add(new ProvesWhole(digest, EvidenceSource.X_CHECKSUM)));
    only(fields, "Docker-Content-Digest")
        .flatMap(EvidenceRules::ociDigest)
        .ifPresent(digest -> to.add(new ProvesWhole(digest, EvidenceSource.DOCKER_DIGEST)));
  }

  /** The value of a field that has exactly one line: two that differ state nothing. */
  private static Optional<String> only(Fields fields, String name) {
    List<String> values = fields.all(name);
    return values.size() == 1 ? Optional.of(values.get(0).strip()) : Optional.empty();
  }

  /** GET or HEAD answered with the representation itself, whole or in part. */
  private static boolean describesRepresentation(RequestHead request, ResponseHead response) {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    return reads && (response.status() == 200 || response.status() == 206);
  }

  /** RFC 9530 section 2: the content of a 206 is the range, that of a HEAD's answer is empty. */
  private static boolean contentIsRepresentation(RequestHead request, ResponseHead response) {
    return request.method().equals("GET")
        && response.status() == 200
        && !response.fields().has("Content-Range");
  }

  private static boolean isEncoded(ResponseHead response) {
    return response.fields().all("Content-Encoding").stream()
        .anyMatch(value -> !value.strip().equalsIgnoreCase("identity"));
  }

  /**
   * Whether no browser would run these bytes with the origin's authority: the answer has a type
   * that is only data, or it has none (so that a browser would guess) but no browser asked.
   */
  private static boolean isInert(RequestHead request, ResponseHead response) {
    List<String> types = response.fields().all("Content-Type");
    if (types.isEmpty()) {
      return !looksLikeBrowser(request.fields());
    }
    return types.size() == 1 && isInertType(types.get(0));
  }

  private static boolean isInertType(String contentType) {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean vendor = type.startsWith("application/vnd.") && !type.endsWith("+xml");
    return vendor || INERT_TYPES.contains(type);
  }

  /** What a page loads by Subresource Integrity. */
  private static boolean isScriptOrStyle(ResponseHead response) {
    List<String> types = response.fields().all("Content-Type");
    if (types.size() != 1) {
      return false;
    }
    String type = types.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals("text/css")
        || type.equals("text/javascript")
        || type.equals("application/javascript")
        || type.equals("application/x-javascript")
        || type.equals("text/ecmascript")
        || type.equals("application/ecmascript");
  }

  private static boolean looksLikeBrowser(Fields fields) {
    boolean acceptsPages =
        fields.all("Accept").stream()
            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("text/html"));
    return acceptsPages
        || fields.has("Sec-Fetch-Mode")
        || fields.has("Origin")
        || fields.has("Referer");
  }
}
