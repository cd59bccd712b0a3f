package dev.fugitive.client.evidence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.fugitive.client.peer.PeerId;
import dev.fugitive.client.trust.Contradiction;
import dev.fugitive.client.trust.TrustList;
import dev.fugitive.client.trust.TrustedKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose vouchers count now: the node's own, those given at its start, and those of a list that its
 * user changes meanwhile. Safe for use by any number of threads.
 */
public final class TrustBook {
  private static final Logger LOG = LoggerFactory.getLogger(TrustBook.class);
  private static final int MAX_CONTRADICTIONS = 16;

  /** Looks at a list that others look at, too; each lost one means that another took it over. */
  private static final int MAX_ATTEMPTS = 16;

  private final PeerId own;
  private final Set<PeerId> fixed;
  private final Optional<TrustFile> file;
  private final Map<PeerId, LongAdder> followed = new ConcurrentHashMap<>();
  private final LongAdder contradicted = new LongAdder();

  @GuardedBy("contradictions")
  private final Deque<Contradiction> contradictions = new ArrayDeque<>();

  /** Whoever reads the list takes it over only where nobody else did meanwhile. */
  private final AtomicReference<State> state;

  private record State(Optional<String> version, List<TrustedKey> listed, TrustList trust) {}

  /**
   * @param fixed given at the start
   * @param file the list that may change; a list that cannot be read is as if it were empty
   */
  public TrustBook(PeerId own, Set<PeerId> fixed, Optional<TrustFile> file) {
    this.own = own;
    this.fixed = Set.copyOf(fixed);
    this.file = file;
    this.state = new AtomicReference<>(state(Optional.empty(), List.of()));
    refresh();
  }

  private State state(Optional<String> version, List<TrustedKey> listed) {
    Set<PeerId> given = new HashSet<>(fixed);
    listed.forEach(key -> given.add(key.key()));
    return new State(version, listed, TrustList.of(own, given));
  }

  /** Who is trusted, as far as was seen. */
  public TrustList now() {
    return state.get().trust();
  }

  /**
   * Looks whether the list has changed. A list that cannot be read changes nothing: who is not
   * taken out in so many words stays.
   *
   * @return whose vouchers count no more; of several threads that look at once, one is told
   */
  public Set<PeerId> refresh() {
    return file.map(this::refresh).orElse(Set.of());
  }

  private Set<PeerId> refresh(TrustFile list) {
    try {
      for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        State before = state.get();
        Optional<String> version = list.version();
        if (version.equals(before.version())) {
          return Set.of();
        }
        State after = state(version, list.read());
        if (state.compareAndSet(before, after)) {
          return gone(before, after);
        }
      }
    } catch (IOException e) {
      LOG.warn("the list of trusted keys is as it was before: {}", e.getMessage());
    }
    return Set.of();
  }

  private static Set<PeerId> gone(State before, State after) {
    Set<PeerId> gone = new HashSet<>(before.trust().keys());
    gone.removeAll(after.trust().keys());
    return Set.copyOf(gone);
  }

  /** Notes that a key's voucher was followed. */
  public void followed(PeerId signer) {
    followed.computeIfAbsent(signer, key -> new LongAdder()).increment();
  }

  /** Notes that what is trusted contradicts itself. */
  public void contradicted(Contradiction noticed) {
    contradicted.increment();
    synchronized (contradictions) {
      contradictions.addFirst(noticed);
      while (contradictions.size() > MAX_CONTRADICTIONS) {
        contradictions.removeLast();
      }
    }
  }

  /** Whose vouchers count, and what came of them. */
  public TrustStatus status() {
    State seen = state.get();
    List<TrustStatus.Entry> entries = new ArrayList<>();
    Set<PeerId> named = new HashSet<>();
    for (TrustedKey key : seen.listed()) {
      named.add(key.key());
      entries.add(new TrustStatus.Entry(key, fixed.contains(key.key()), count(key.key())));
    }
    for (PeerId key : fixed) {
      if (!named.contains(key)) {
        TrustedKey unnamed = new TrustedKey(key, "", Instant.EPOCH);
        entries.add(new TrustStatus.Entry(unnamed, true, count(key)));
      }
    }
    synchronized (contradictions) {
      return new TrustStatus(entries, List.copyOf(contradictions), contradicted.sum());
    }
  }

  private long count(PeerId key) {
    return Optional.ofNullable(followed.get(key)).map(LongAdder::sum).orElse(0L);
  }
}
