package dev.fugitive.client.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.EvidenceSource;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * What an npm registry says about a package: {@code versions.*.dist} with {@code tarball} and
 * {@code integrity}. It speaks for the tarballs beneath its own URL, {@code /NAME/-/…}.
 */
final class NpmPackument implements DocumentReader {
  private static final Set<String> FIRST_MEMBERS =
      Set.of("_id", "_rev", "name", "dist-tags", "versions", "modified", "time");

  @Override
  public EvidenceSource source() {
    return EvidenceSource.NPM_PACKUMENT;
  }

  @Override
  public Hearing hearing() {
    return Hearing.ANYBODY;
  }

  @Override
  public boolean reads(Document document) {
    String type = document.mediaType();
    return type.equals("application/vnd.npm.install-v1+json") || type.equals("application/json");
  }

  /** A scoped package's own name may be one segment, {@code /@scope%2fname}. */
  @Override
  public boolean maySpeakFor(HttpUrl document, HttpUrl resource) {
    return Scope.isSameOrigin(document, resource)
        && path(resource).startsWith(path(document) + "/");
  }

  private static String path(HttpUrl url) {
    return "/" + String.join("/", url.pathSegments());
  }

  @Override
  public void read(Document document, InputStream content, Names names) throws IOException {
    try (JsonParser json = JsonStream.parser(content)) {
      boolean[] begun = {false};
      JsonStream.object(
          json,
          member -> {
            if (!begun[0] && !FIRST_MEMBERS.contains(member)) {
              throw new MalformedDocumentException(
                  "first member: " + member + " (expected: a name)");
            }
            begun[0] = true;
            if (member.equals("versions")) {
              JsonStream.members(
                  json, version -> JsonStream.members(json, each -> version(json, each, names)));
            } else {
              json.skipChildren();
            }
          });
    } catch (JsonProcessingException e) {
      throw new MalformedDocumentException("packument: " + e.getOriginalMessage(), e);
    }
  }

  private static void version(JsonParser json, String member, Names names) throws IOException {
    if (!member.equals("dist")) {
      json.skipChildren();
      return;
    }
    String[] dist = {"", ""};
    JsonStream.members(
        json,
        each -> {
          switch (each) {
            case "tarball" -> dist[0] = JsonStream.text(json);
            case "integrity" -> dist[1] = JsonStream.text(json);
            default -> json.skipChildren();
          }
        });
    HttpUrl tarball = HttpUrl.parse(dist[0]);
    List<Digest> digests = Integrity.parse(dist[1]);
    if (tarball != null && !digests.isEmpty()) {
      names.add(new NamedDigest(tarball, digests));
    }
  }
}
