package dev.fugitive.client.documents;

import dev.fugitive.cache.content.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jsoup.nodes.Element;

/**
 * Which of a page's elements are the page's own word, by its Content Security Policy.
 *
 * <p>A policy that forbids inline scripts lets a site live with markup that a stranger got into its
 * page: the stranger can still write {@code <script src=/app.js integrity=…>}, but only the site's
 * own script runs. If that attribute were evidence, a peer could deliver the stranger's script
 * under the site's name. So where such a policy holds, an element counts only if the policy names
 * it: by its nonce, which a stranger does not know, or by its digest.
 */
final class ContentPolicy {
  private final List<String> policies;

  private ContentPolicy(List<String> policies) {
    this.policies = policies;
  }

  /** What a page loads. */
  enum Kind {
    SCRIPT("script-src-elem", "script-src"),
    STYLE("style-src-elem", "style-src");

    private final String narrow;
    private final String wide;

    Kind(String narrow, String wide) {
      this.narrow = narrow;
      this.wide = wide;
    }
  }

  /** The policies of a head's {@code Content-Security-Policy} lines. */
  static ContentPolicy of(List<String> lines) {
    return new ContentPolicy(
        lines.stream().flatMap(line -> List.of(line.split(",")).stream()).toList());
  }

  /** With what an element states, where it is a {@code meta} that states a policy. */
  ContentPolicy and(Element element) {
    if (!element.normalName().equals("meta")
        || !element.attr("http-equiv").strip().equalsIgnoreCase("Content-Security-Policy")) {
      return this;
    }
    List<String> all = new ArrayList<>(policies);
    all.add(element.attr("content"));
    return new ContentPolicy(List.copyOf(all));
  }

  /** Whether the page has no authority of its origin. */
  boolean sandboxes() {
    return policies.stream()
        .flatMap(policy -> directive(policy, "sandbox").stream())
        .anyMatch(tokens -> !tokens.contains("allow-same-origin"));
  }

  /** Whether every policy that guards against strangers' markup names this element. */
  boolean vouchesFor(Kind kind, Element element, List<Digest> digests) {
    return policies.stream().allMatch(policy -> vouches(policy, kind, element, digests));
  }

  private static boolean vouches(String policy, Kind kind, Element element, List<Digest> digests) {
    Optional<List<String>> sources =
        directive(policy, kind.narrow)
            .or(() -> directive(policy, kind.wide))
            .or(() -> directive(policy, "default-src"));
    if (sources.isEmpty() || allowsInline(sources.get())) {
      return true;
    }
    String nonce = element.attr("nonce");
    boolean byNonce = !nonce.isEmpty() && sources.get().contains("'nonce-" + nonce + "'");
    boolean byDigest =
        !digests.isEmpty()
            && digests.stream().allMatch(digest -> sources.get().contains("'" + digest + "'"));
    return byNonce || byDigest;
  }

  /** CSP 3, section 6.7.3.2: a nonce, a hash or {@code strict-dynamic} takes it back. */
  private static boolean allowsInline(List<String> sources) {
    return sources.stream().anyMatch("'unsafe-inline'"::equalsIgnoreCase)
        && sources.stream()
            .map(source -> source.toLowerCase(Locale.ROOT))
            .noneMatch(source ->
                source.startsWith("'nonce-")
                    || source.startsWith("'sha")
                    || source.equals("'strict-dynamic'"));
  }

  private static Optional<List<String>> directive(String policy, String name) {
    for (String directive : policy.split(";", -1)) {
      List<String> tokens = List.of(directive.strip().split("\\s+"));
      if (tokens.get(0).equalsIgnoreCase(name)) {
        return Optional.of(tokens.subList(1, tokens.size()));
      }
    }
    return Optional.empty();
  }
}
