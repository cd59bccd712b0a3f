package dev.fugitive.client.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * A manifest or index of a container registry (OCI image and distribution specifications): the
 * blobs and manifests that it lists, each at its place in the same repository.
 */
final class OciManifest implements DocumentReader {
  private static final Set<String> MEDIA_TYPES =
      Set.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.artifact.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  @Override
  public EvidenceSource source() {
    return EvidenceSource.OCI_MANIFEST;
  }

  @Override
  public Hearing hearing() {
    return Hearing.ANYBODY;
  }

  /** The form of the path: {@code …/manifests/REFERENCE}. */
  @Override
  public boolean reads(Document document) {
    List<String> path = document.url().pathSegments();
    return MEDIA_TYPES.contains(document.mediaType())
        && path.size() >= 3
        && path.get(path.size() - 2).equals("manifests");
  }

  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return Scope.isBeneath(document, repository(document), resource);
  }

  private static List<String> repository(HttpUrl document) {
    List<String> path = document.pathSegments();
    return path.subList(0, path.size() - 2);
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    try (JsonParser json = JsonStream.parser(content)) {
      JsonStream.object(
          json,
          member -> {
            switch (member) {
              case "config" -> descriptor(document, json, "blobs", names);
              case "subject" -> descriptor(document, json, "manifests", names);
              case "layers", "blobs" ->
                  JsonStream.items(json, () -> descriptor(document, json, "blobs", names));
              case "manifests" ->
                  JsonStream.items(json, () -> descriptor(document, json, "manifests", names));
              default -> json.skipChildren();
            }
          });
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("manifest: " + e.getOriginalMessage(), e);
    }
  }

  private static void descriptor(Document document, JsonParser json, String kind, Names names)
      throws IOException {
    String[] digest = {""};
    long[] size = {-1};
    JsonStream.members(
        json,
        member -> {
          switch (member) {
            case "digest" -> digest[0] = JsonStream.text(json);
            case "size" -> size[0] = JsonStream.length(json);
            default -> json.skipChildren();
          }
        });
    int colon = digest[0].indexOf(':');
    Optional<Digest> known =
        colon < 0
            ? Optional.empty()
            : Integrity.ofHex(digest[0].substring(0, colon), digest[0].substring(colon + 1));
    Optional<HttpUrl> place =
        Scope.file(document.url(), repository(document.url()), kind + "/" + digest[0]);
    if (known.isPresent() && place.isPresent()) {
      names.add(new NamedDigest(place.get(), List.of(known.get()), size[0]));
    }
  }
}
