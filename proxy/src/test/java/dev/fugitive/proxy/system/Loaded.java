package dev.fugitive.proxy.system;

import com.google.gson.JsonObject;
import dev.fugitive.client.trust.FugitiveSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A response as a browser saw it.
 *
 * @param protocol as ALPN names it
 * @param certificateIssuer who issued the certificate that it came under; empty without TLS
 */
record Loaded(
    String url,
    int status,
    Map<String, String> headers,
    String protocol,
    Optional<String> certificateIssuer) {

  static Loaded of(JsonObject response) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    response
        .getAsJsonObject("headers")
        .asMap()
        .forEach((name, value) -> headers.put(name, value.getAsString()));
    return new Loaded(
        response.get("url").getAsString(),
        response.get("status").getAsInt(),
        headers,
        response.get("protocol").getAsString(),
        Optional.ofNullable(response.getAsJsonObject("securityDetails"))
            .map(details -> details.get("issuer").getAsString()));
  }

  /** Where the bytes came from, by the proxy's own word; empty where no proxy was in between. */
  Optional<FugitiveSource> source() {
    return Optional.ofNullable(headers.get(FugitiveSource.FIELD))
        .flatMap(value -> FugitiveSource.parse(List.of(value)));
  }
}
