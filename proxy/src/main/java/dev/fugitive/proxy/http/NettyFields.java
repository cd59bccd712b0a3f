package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads Netty's header fields as ours, in order. */
final class NettyFields {
  private NettyFields() {}

  static Fields of(HttpHeaders headers) {
    List<Fields.Field> lines = new ArrayList<>(headers.size());
    for (Map.Entry<String, String> line : headers) {
      lines.add(new Fields.Field(line.getKey(), line.getValue()));
    }
    return new Fields(lines);
  }
}
