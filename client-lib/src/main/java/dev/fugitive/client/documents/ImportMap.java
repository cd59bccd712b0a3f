package dev.fugitive.client.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.Integrity;
import java.io.IOException;
import java.util.List;
import okhttp3.HttpUrl;

/** The {@code integrity} of an import map: URL of a module to its SRI metadata. */
final class ImportMap {
  private ImportMap() {}

  static void read(HttpUrl base, String json, DocumentReader.Names names) throws IOException {
    try (JsonParser parser = JsonStream.parser(json)) {
      JsonStream.object(
          parser,
          member -> {
            if (member.equals("integrity") && parser.currentToken() == JsonToken.START_OBJECT) {
              JsonStream.members(parser, url -> add(base, url, JsonStream.text(parser), names));
            } else {
              parser.skipChildren();
            }
          });
    }
  }

  private static void add(HttpUrl base, String url, String integrity, DocumentReader.Names names)
      throws IOException {
    // a bare specifier names nothing here (HTML, "sort and normalize a module integrity map")
    boolean isUrl = url.startsWith("/") || url.startsWith("./") || url.startsWith("../");
    HttpUrl module = isUrl ? base.resolve(url) : HttpUrl.parse(url);
    List<Digest> digests = Integrity.parse(integrity);
    if (module != null && !digests.isEmpty()) {
      names.add(new NamedDigest(module, digests));
    }
  }
}
