package dev.fugitive.proxy.system;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;

/** What a node says of the bytes that it got from outside for one program. */
record EvidenceShare(JsonObject evidence, JsonObject bytesBySource) {
  static EvidenceShare of(NodeProcess node, String program) throws IOException {
    JsonObject status = JsonParser.parseString(node.control("/status")).getAsJsonObject();
    EvidenceShare share =
        new EvidenceShare(
            status.getAsJsonObject("evidence"), status.getAsJsonObject("bytesBySource"));
    long all = share.evidence.get("bytes").getAsLong();
    System.out.printf(
        "%s: %.1f %% of %d bytes had evidence %s, %d came from peers%n",
        program,
        100.0 * share.evidence.get("bytesWith").getAsLong() / all,
        all,
        share.evidence.get("bytesByKind"),
        share.fromPeers());
    return share;
  }

  long by(String kind) {
    JsonObject kinds = evidence.getAsJsonObject("bytesByKind");
    return kinds.has(kind) ? kinds.get(kind).getAsLong() : 0;
  }

  long fromPeers() {
    return bytesBySource.get("tier1").getAsLong();
  }
}
