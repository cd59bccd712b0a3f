package dev.fugitive.proxy.control;

import static java.util.Map.entry;

import dev.fugitive.proxy.config.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A status report in the two forms it is asked for. */
public final class StatusText {
  private static final List<String> SOURCES = List.of("memory", "disk", "tier1", "tier2", "origin");

  private StatusText() {}

  static String json(StatusReport report) {
    return JsonText.write(members(report)) + "\n";
  }

  /** The report as JSON has it. */
  public static Map<String, Object> members(StatusReport report) {
    return Map.ofEntries(
        entry("version", report.version()),
        entry("publicKey", report.publicKey()),
        entry("addresses", report.addresses()),
        entry("meeting", report.meeting().map(StatusText::meeting)),
        entry("sharing", report.sharing()),
        entry("whyNoPeers", report.whyNoPeers()),
        entry("peers", report.peers().stream().map(StatusText::peer).toList()),
        entry("bans", report.bans().stream().map(StatusText::ban).toList()),
        entry("cache", cache(report.cache())),
        entry("decryption", report.decryption().map(StatusText::decryption)),
        entry("bytesBySource", report.bytesBySource()),
        entry("counters", report.counters()),
        entry("evidence", EvidenceText.members(report.evidence())));
  }

  private static Map<String, Object> meeting(StatusReport.Meeting meeting) {
    return Map.of("state", meeting.state(), "detail", meeting.detail());
  }

  private static Map<String, Object> cache(StatusReport.Cache cache) {
    return Map.of(
        "directory", cache.directory(),
        "contents", cache.contents(),
        "diskBytes", cache.diskBytes(),
        "diskLimitBytes", cache.diskLimitBytes(),
        "memoryBytes", cache.memoryBytes(),
        "memoryLimitBytes", cache.memoryLimitBytes());
  }

  private static Map<String, Object> decryption(StatusReport.Decryption decryption) {
    return Map.of(
        "hosts", decryption.hosts(),
        "excepted", decryption.excepted(),
        "caFingerprint", decryption.caFingerprint(),
        "caExpires", decryption.caExpires(),
        "clientsWithoutTrust",
            decryption.clientsWithoutTrust().stream()
                .map(client ->
                    Map.of(
                        "address", client.address(),
                        "host", client.host(),
                        "program", client.program(),
                        "how", client.how()))
                .toList());
  }

  private static Map<String, Object> ban(StatusReport.Ban ban) {
    return Map.of("key", ban.key(), "reason", ban.reason(), "until", ban.until());
  }

  private static Map<String, Object> peer(StatusReport.Peer peer) {
    return Map.of(
        "key", peer.key(),
        "state", peer.state(),
        "receivedBytes", peer.receivedBytes(),
        "sentBytes", peer.sentBytes());
  }

  /** What a person wants to see: what is zero is left out where it says nothing. */
  static String plain(StatusReport report) {
    StringBuilder text = new StringBuilder();
    line(text, "fugitive", report.version());
    line(text, "key", report.publicKey());
    new TreeMap<>(report.addresses()).forEach((name, address) -> line(text, name, address));
    report.meeting().ifPresent(meeting -> meeting(text, meeting, report));
    StatusReport.Cache cache = report.cache();
    line(
        text,
        "cache",
        cache.contents()
            + (cache.contents() == 1 ? " content in " : " contents in ")
            + cache.directory());
    line(text, "  disk", of(cache.diskBytes(), cache.diskLimitBytes()));
    line(text, "  memory", of(cache.memoryBytes(), cache.memoryLimitBytes()));
    report.decryption().ifPresent(decryption -> decryption(text, decryption));
    line(text, "sharing", report.sharing() ? "on" : "off");
    peers(text, report);
    line(text, "bytes from", "");
    SOURCES.forEach(source ->
        line(
            text, "  " + source, ByteSize.format(report.bytesBySource().getOrDefault(source, 0L))));
    EvidenceText.plain(report.evidence(), (name, value) -> line(text, name, value));
    counters(text, report.counters());
    return text.toString();
  }

  private static void meeting(
      StringBuilder text, StatusReport.Meeting meeting, StatusReport report) {
    if (!report.addresses().containsKey("rendezvous")) {
      line(text, "rendezvous", "none");
    }
    line(text, "  " + meeting.state(), meeting.detail());
  }

  private static void peers(StringBuilder text, StatusReport report) {
    long open = report.peers().stream().filter(peer -> peer.state().equals("open")).count();
    line(text, "peers", report.whyNoPeers().map(why -> "off: " + why).orElse(open + " open"));
    for (StatusReport.Peer peer : report.peers()) {
      String bytes =
          ", received %s, sent %s"
              .formatted(ByteSize.format(peer.receivedBytes()), ByteSize.format(peer.sentBytes()));
      line(text, "  " + peer.state(), peer.key() + bytes);
    }
    for (StatusReport.Ban ban : report.bans()) {
      line(text, "  banned", ban.key() + " until " + ban.until() + ": " + ban.reason());
    }
  }

  private static void counters(StringBuilder text, Map<String, Long> counters) {
    Map<String, Long> counted = new TreeMap<>(counters);
    counted.values().removeIf(count -> count == 0);
    line(text, "counted", counted.isEmpty() ? "nothing yet" : "");
    counted.forEach((name, count) ->
        line(
            text,
            "  " + name,
            name.endsWith("-bytes") ? ByteSize.format(count) : Long.toString(count)));
  }

  private static void decryption(StringBuilder text, StatusReport.Decryption decryption) {
    line(text, "decrypting", String.join(", ", decryption.hosts()));
    if (!decryption.excepted().isEmpty()) {
      line(text, "  but not", String.join(", ", decryption.excepted()));
    }
    line(text, "  CA", decryption.caFingerprint() + " until " + decryption.caExpires());
    for (StatusReport.ClientWithoutTrust client : decryption.clientsWithoutTrust()) {
      line(
          text,
          "  without trust",
          client.address() + " for " + client.host() + ": " + client.how());
    }
  }

  private static String of(long bytes, long limitBytes) {
    return ByteSize.format(bytes) + " of " + ByteSize.format(limitBytes);
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format("%-22s %s", name, value).stripTrailing()).append('\n');
  }
}
