package dev.fugitive.proxy.cli;

import dev.fugitive.proxy.text.Tone;
import java.util.List;
import java.util.Optional;

/** What the steps of an explanation mean, in words, and what would change them. */
final class ExplainWords {
  /** A step's name and what was found. */
  record Line(String name, Tone tone, String words) {}

  private ExplainWords() {}

  static Line cache(String decision, boolean held, String fresh) {
    String body = held ? "its body is here" : "its body is not here";
    return switch (decision) {
      case "serve" ->
          new Line("cache", held ? Tone.GOOD : Tone.WARNING, "stored" + fresh + "; " + body);
      case "serve-stale" ->
          new Line("cache", Tone.GOOD, "stored" + fresh + ", but may be given; " + body);
      case "revalidate" ->
          new Line("cache", Tone.WARNING, "stored" + fresh + ": the origin is asked; " + body);
      case "validate-any" ->
          new Line(
              "cache",
              Tone.WARNING,
              "stored for other request fields: the origin is asked whether it is this one's too");
      case "fill" -> new Line("cache", Tone.WARNING, "nothing stored that answers it");
      case "forward" -> new Line("cache", Tone.WARNING, "the answer is not for a shared cache");
      default -> new Line("cache", Tone.WARNING, decision);
    };
  }

  static Line sharing(Optional<String> against) {
    return against
        .map(reason ->
            new Line("sharing", Tone.BAD, "peers are not asked: " + reason + change(reason, "; ")))
        .orElseGet(() -> new Line("sharing", Tone.GOOD, "peers may be asked"));
  }

  private static String change(String reason, String before) {
    return switch (reason) {
      case "private-address" ->
          before + "an origin of yours is named with 'fugitive proxy --trust-origin HOST'";
      case "excluded-host" -> before + "the host is excluded by a setting";
      default -> "";
    };
  }

  static Line evidence(List<String> named, boolean contradicted) {
    if (contradicted) {
      return new Line("evidence", Tone.BAD, "two documents name different digests");
    }
    return named.isEmpty()
        ? new Line(
            "evidence", Tone.WARNING, "no digest is known before peers are asked for vouchers")
        : new Line("evidence", Tone.GOOD, String.join("; ", named));
  }

  static Line peers(long open, boolean anybodyShares, long holders, long reaching) {
    if (open == 0) {
      return new Line("peers", Tone.WARNING, "no link is open");
    }
    String links = open + (open == 1 ? " link is open" : " links are open");
    return anybodyShares
        ? new Line(
            "peers",
            holders + reaching > 0 ? Tone.GOOD : Tone.WARNING,
            links + "; " + holders + " say they have it, " + reaching + " know one who has")
        : new Line("peers", Tone.WARNING, links + "; nobody shares");
  }

  static Line plan(String outcome, long holders, long relays) {
    return switch (outcome) {
      case "by-root" ->
          new Line(
              "plan",
              Tone.GOOD,
              "head and root are vouched for; "
                  + holders
                  + " peers hold it, "
                  + relays
                  + " would pass it on");
      case "by-manifest" ->
          new Line("plan", Tone.GOOD, "the site's manifest names its root, the origin its head");
      case "by-digest" ->
          new Line(
              "plan",
              Tone.GOOD,
              "a digest is known, and " + holders + " peers claim a content for it");
      case "by-origins-digest" ->
          new Line(
              "plan",
              Tone.WARNING,
              "peers say they have it, and nobody you trust vouches for it: the origin is asked for"
                  + " its digest");
      default -> new Line("plan", Tone.WARNING, "without peers");
    };
  }

  static Line so(boolean fromPeers, String outcome, Optional<String> why) {
    if (!fromPeers) {
      return new Line(
          "so",
          Tone.WARNING,
          "the origin gives it" + why.map(token -> " (why=" + token + ")").orElse(""));
    }
    return outcome.equals("by-origins-digest")
        ? new Line("so", Tone.WARNING, "peers give it if the origin states a digest, else it does")
        : new Line("so", Tone.GOOD, "peers give it");
  }

  static Line refused(boolean isLoop) {
    return new Line(
        "so",
        Tone.BAD,
        isLoop
            ? "the proxy refuses it (508): it would ask itself"
            : "the proxy refuses it (403), unless the host is named with 'fugitive proxy"
                + " --trust-origin HOST'");
  }

  static Line fromCacheElse(Line otherwise) {
    return new Line(otherwise.name(), Tone.GOOD, "the cache gives it, else " + otherwise.words());
  }

  /** What would change a reason for which no peer is used. */
  static String change(String why) {
    return switch (why) {
      case "no-evidence" ->
          "a voucher by a key that you trust would change that: fugitive proxy --trust KEY";
      case "no-peer" -> "a peer that has it would change that: fugitive peers shows who is there";
      case "sharing-off" -> "a peer that is started with --share on would change that";
      case "peers-off" -> "fugitive doctor says what is missing";
      case "not-shareable" -> "what is against sharing it stands above";
      case "contradiction" -> "one of those who contradict each other is wrong: the origin decides";
      default -> "fugitive doctor says what may be wrong";
    };
  }
}
