package dev.fugitive.client.evidence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.documents.ResourceName;
import dev.fugitive.client.peer.PeerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The tables of all documents that count, at most so many bytes of them: whose word was not asked
 * for goes first.
 */
final class DocumentMemory {
  private final long maxBytes;
  private final Object lock = new Object();

  /** In the order in which they were last of use. */
  @GuardedBy("lock")
  private final LinkedHashMap<ResourceName, DocumentTable> tables =
      new LinkedHashMap<>(16, 0.75f, true);

  /** The same by the mark that a request has in common with them. */
  @GuardedBy("lock")
  private final Map<String, Map<ResourceName, DocumentTable>> byMark = new HashMap<>();

  @GuardedBy("lock")
  private long bytes;

  DocumentMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes in a table, in place of what its document said before. */
  void put(DocumentTable table) {
    synchronized (lock) {
      remove(table.facts().document());
      if (table.weight() > maxBytes) {
        return;
      }
      tables.put(table.facts().document(), table);
      byMark
          .computeIfAbsent(Standing.markOf(table.facts()), absent -> new LinkedHashMap<>())
          .put(table.facts().document(), table);
      bytes += table.weight();
      while (bytes > maxBytes) {
        remove(tables.keySet().iterator().next());
      }
    }
  }

  /** What a document said; empty where it is not known. */
  Optional<DocumentTable> get(ResourceName document) {
    synchronized (lock) {
      return Optional.ofNullable(tables.get(document));
    }
  }

  /** What counts for a request now. */
  List<Named.Said> find(Standing request, ResourceName wanted, Instant now) {
    List<Named.Said> said = new ArrayList<>();
    synchronized (lock) {
      for (String mark : request.marks()) {
        for (DocumentTable table : byMark.getOrDefault(mark, Map.of()).values()) {
          if (now.isBefore(table.facts().expires()) && request.heeds(table.facts())) {
            table.find(wanted).forEach(found -> said.add(new Named.Said(table.facts(), found)));
          }
        }
      }
      // an access by key is what keeps it
      said.forEach(each -> tables.get(each.by().document()));
    }
    return said;
  }

  /** Forgets what documents with this voucher said. */
  void forgetSigner(PeerId signer) {
    removeIf(table -> table.facts().signer().filter(signer::equals).isPresent());
  }

  /** Forgets what counts no more. */
  void expire(Instant now) {
    removeIf(table -> !now.isBefore(table.facts().expires()));
  }

  private void removeIf(Predicate<DocumentTable> outdated) {
    synchronized (lock) {
      tables.values().stream()
          .filter(outdated)
          .map(table -> table.facts().document())
          .toList()
          .forEach(this::remove);
    }
  }

  @GuardedBy("lock")
  private void remove(ResourceName document) {
    DocumentTable gone = tables.remove(document);
    if (gone == null) {
      return;
    }
    bytes -= gone.weight();
    String mark = Standing.markOf(gone.facts());
    byMark.computeIfPresent(
        mark,
        (key, marked) -> {
          marked.remove(document);
          return marked.isEmpty() ? null : marked;
        });
  }

  Collection<DocumentTable> all() {
    synchronized (lock) {
      return List.copyOf(tables.values());
    }
  }

  long bytes() {
    synchronized (lock) {
      return bytes;
    }
  }
}
