package dev.fugitive.client.evidence;

import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.trust.Evidence.ProvesWhole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What documents say about what a request asks for.
 *
 * @param evidence any of which it has; none where nothing is said, or documents contradict each
 *     other
 * @param lengthBytes of the body, or -1 where none says
 * @param contradicted whether two documents name digests that cannot both be right
 */
public record Named(List<ProvesWhole> evidence, long lengthBytes, boolean contradicted) {
  /** Nothing is said. */
  public static final Named NOTHING = new Named(List.of(), -1, false);

  public Named {
    evidence = List.copyOf(evidence);
  }

  /** By which algorithms it is named. */
  public Set<Digest.Algorithm> algorithms() {
    Set<Digest.Algorithm> algorithms = EnumSet.noneOf(Digest.Algorithm.class);
    evidence.forEach(each -> algorithms.add(each.digest().algorithm()));
    return algorithms;
  }

  /** One document's statement, with what it is evidence by. */
  record Said(DocumentFacts by, DocumentTable.Statement statement) {}

  /**
   * Several statements taken together: those that agree count, those that do not count nothing.
   *
   * @param body the digests of a body that came; none where that says nothing
   */
  static Named of(List<Said> said, Set<Digest> body) {
    if (said.isEmpty()) {
      return NOTHING;
    }
    for (int i = 0; i < said.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (contradict(said.get(i).statement(), said.get(j).statement())) {
          return new Named(List.of(), -1, true);
        }
      }
    }
    if (divides(said.stream().flatMap(each -> each.statement().anyOf().stream()).toList(), body)) {
      return new Named(List.of(), -1, true);
    }
    Set<Digest> seen = new LinkedHashSet<>();
    List<ProvesWhole> evidence = new ArrayList<>();
    long length = -1;
    for (Said each : said) {
      length = Math.max(length, each.statement().lengthBytes());
      for (Digest digest : each.statement().anyOf()) {
        if (seen.add(digest)) {
          evidence.add(new ProvesWhole(digest, each.by().source()));
        }
      }
    }
    return new Named(evidence, length, false);
  }

  /**
   * Whether a body has one of these digests and shows another to be wrong. Digests of different
   * algorithms cannot be compared without one.
   */
  static boolean divides(Collection<Digest> named, Set<Digest> body) {
    return named.stream().anyMatch(body::contains)
        && body.stream()
            .anyMatch(actual -> {
              List<Digest> alike =
                  named.stream().filter(each -> each.algorithm() == actual.algorithm()).toList();
              return !alike.isEmpty() && !alike.contains(actual);
            });
  }

  private static boolean contradict(DocumentTable.Statement one, DocumentTable.Statement other) {
    boolean lengths =
        one.lengthBytes() >= 0
            && other.lengthBytes() >= 0
            && one.lengthBytes() != other.lengthBytes();
    return lengths
        || one.anyOf().stream()
            .map(Digest::algorithm)
            .distinct()
            .anyMatch(algorithm -> disjoint(of(one, algorithm), of(other, algorithm)));
  }

  private static List<Digest> of(DocumentTable.Statement statement, Digest.Algorithm algorithm) {
    return statement.anyOf().stream().filter(each -> each.algorithm() == algorithm).toList();
  }

  private static boolean disjoint(List<Digest> ones, List<Digest> others) {
    return !others.isEmpty() && ones.stream().noneMatch(others::contains);
  }
}
