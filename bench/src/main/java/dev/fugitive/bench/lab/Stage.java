package dev.fugitive.bench.lab;

import dev.fugitive.bench.lab.NodeProcess.Via;
import dev.fugitive.client.peer.Identity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A lab with everything on it: an origin, a rendezvous, and nodes, all running. */
public final class Stage implements Closeable {
  private static final Path FILES = Path.of("bench", "lab");

  /** Above this they have C2 for digests alone: what each would compile for minutes is the same. */
  private static final int NODES_WITH_C2 = 3;

  /** Where the project is; by default the directory that this runs in, or one above it. */
  private static final String ROOT = "fugitive.root";

  private static final Host MEETING = new Host("meeting", Shape.FAST);

  private final Scratch scratch;
  private final Ground ground;
  private final Plan plan;
  private final Deque<Closeable> running = new ArrayDeque<>();
  private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
  private final Thread atExit = Thread.ofPlatform().name("stage-end").unstarted(this::closeAtExit);
  private final Origin origin;
  private final RendezvousProcess meeting;
  private String trusted = "";
  private int starts;
  private boolean closed;

  /** A host and the node that runs on it. */
  public record Member(Host host, NodeOptions options) {}

  /** Two hosts that cannot reach each other. */
  public record Apart(String one, String other) {}

  /**
   * What is wanted.
   *
   * @param origin the origin's link
   * @param apart hosts that cannot reach each other; needs namespaces
   * @param seed of losses and file contents
   */
  public record Plan(Shape origin, List<Member> members, List<Apart> apart, long seed) {
    /** Copies the lists. */
    public Plan {
      members = List.copyOf(members);
      apart = List.copyOf(apart);
    }

    /** Where everybody can reach everybody. */
    public Plan(Shape origin, List<Member> members, long seed) {
      this(origin, members, List.of(), seed);
    }

    Host originHost() {
      return new Host("origin", origin);
    }

    List<Host> hosts() {
      List<Host> hosts = new ArrayList<>();
      hosts.add(originHost());
      hosts.add(MEETING);
      members.forEach(member -> hosts.add(member.host()));
      return hosts;
    }
  }

  private Stage(Plan plan, boolean namespaces) throws IOException, InterruptedException {
    this.plan = plan;
    this.scratch = Scratch.make("fugitive-lab");
    boolean done = false;
    try {
      Runtime.getRuntime().addShutdownHook(atExit);
      this.ground =
          namespaces
              ? NetlabGround.start(file("netlab.c"), scratch.directory(), plan.hosts(), plan.seed())
              : new LoopbackGround();
      keep(ground);
      this.origin = Origin.start(ground, plan.originHost(), scratch.sub("origin"));
      keep(origin);
      for (Apart apart : plan.apart()) {
        block(host(apart.one()), host(apart.other()));
      }
      this.meeting = RendezvousProcess.start(ground.on(MEETING), ground.address(MEETING));
      keep(meeting::close);
      startNodes();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /**
   * Starts everything; returns when every node is there.
   *
   * @param namespaces with delays between all hosts, which needs root; otherwise on the loopback
   */
  public static Stage open(Plan plan, boolean namespaces) throws IOException, InterruptedException {
    return new Stage(plan, namespaces);
  }

  /** What was started is to be ended with the stage, at once where that has ended meanwhile. */
  private void keep(Closeable started) throws IOException {
    boolean late;
    synchronized (this) {
      late = closed;
      if (!late) {
        running.push(started);
      }
    }
    if (late) {
      started.close();
      throw new IOException("the lab is being put away");
    }
  }

  /** A file of the lab. */
  private static Path file(String name) {
    Path root = Path.of(System.getProperty(ROOT, "")).toAbsolutePath();
    while (root.getParent() != null && !Files.exists(root.resolve(FILES).resolve(name))) {
      root = root.getParent();
    }
    return root.resolve(FILES).resolve(name);
  }

  private List<String> compilers() {
    return plan.members().size() <= NODES_WITH_C2
        ? List.of()
        : List.of(
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:CompilerDirectivesFile=" + file("compiler.json"));
  }

  private void startNodes() throws IOException {
    List<String> believed = new ArrayList<>();
    for (Member member : plan.members()) {
      if (member.options().vouches()) {
        believed.add(Identity.loadOrCreate(identity(member.host())).peerId().toString());
      }
    }
    trusted = String.join(",", believed);
    for (Member member : plan.members()) {
      nodes.add(startNode(member));
    }
    nodes.forEach(NodeProcess::key);
  }

  private Path identity(Host host) {
    return scratch.directory().resolve("identity-" + host.name());
  }

  private NodeProcess startNode(Member member) throws IOException {
    Host host = member.host();
    starts++;
    List<String> facts =
        List.of(
            "directory=" + scratch.sub("node-" + host.name() + "-" + starts),
            "identity=" + identity(host),
            "rendezvous=" + meeting.url(),
            "origins=" + String.join(",", origin.authorities()),
            "certificate=" + origin.certificate(),
            "trust=" + trusted);
    NodeProcess node = NodeProcess.start(ground, host, limited(member), compilers(), facts);
    keep(node);
    return node;
  }

  /** Starts a node again that was killed, with an empty cache. */
  public void restart(String name) throws IOException {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).name().equals(name)) {
        nodes.get(i).kill();
        Member member =
            plan.members().stream()
                .filter(each -> each.host().name().equals(name))
                .findFirst()
                .orElseThrow();
        nodes.set(i, startNode(member));
      }
    }
  }

  /** Keeps two hosts apart: no packet of the first reaches the second. */
  private void block(Host from, Host to) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(ground.on(from));
    command.addAll(List.of("ip", "route", "add", "blackhole", ground.address(to)));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }

  /** Lets two hosts that the plan keeps apart reach each other. */
  public void unblock() throws IOException, InterruptedException {
    for (Apart apart : plan.apart()) {
      List<String> command = new ArrayList<>(ground.on(host(apart.one())));
      command.addAll(
          List.of("ip", "route", "del", "blackhole", ground.address(host(apart.other()))));
      new ProcessBuilder(command).start().waitFor();
    }
  }

  /** Where links are not shaped, a node's own limit stands for its uplink. */
  private NodeOptions limited(Member member) {
    NodeOptions options = member.options();
    boolean unshaped = !ground.shapesEverything() && options.uploadBytesPerSecond() == 0;
    return unshaped
        ? options.withUpload(
            (long) (member.host().shape().upMegabits() * 1e6 / 8), options.uploadSlots())
        : options;
  }

  /** Where the hosts are. */
  public Ground ground() {
    return ground;
  }

  /** The origin, which has nothing to serve yet. */
  public Origin origin() {
    return origin;
  }

  /** The nodes, in the plan's order. */
  public List<NodeProcess> nodes() {
    return List.copyOf(nodes);
  }

  /** A node by its host's name. */
  public NodeProcess node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  /** The host of a node. */
  public Host host(String name) {
    return plan.members().stream()
        .map(Member::host)
        .filter(host -> host.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Changes a node's link at once. */
  public void reshape(String name, Shape shape) throws IOException {
    ground.reshape(host(name), shape);
  }

  /** A curl on a node's host that waits to be let go. */
  public Curl curl(String name, String url) throws IOException {
    return Curl.ready(ground, host(name), scratch.directory().resolve("curl-" + name), url);
  }

  /** What the origin's link has carried. */
  public Counters originCounters() throws IOException {
    return ground.counters().getOrDefault(plan.originHost().name(), Counters.NONE);
  }

  /** The CPU time that all nodes together have spent. */
  public double cpuSeconds() {
    return nodes.stream().mapToDouble(NodeProcess::cpuSeconds).sum();
  }

  /** Packets that were dropped anywhere so far. */
  public long droppedPackets() throws IOException {
    return ground.counters().values().stream().mapToLong(Counters::droppedPackets).sum();
  }

  /**
   * Lets every node fetch something, so that it names the origin's context and meets the others;
   * returns when each has so many peers, or after that time.
   *
   * @return open connections of the node that has the fewest
   */
  public long meet(long wanted, long atMostMillis) throws IOException {
    Origin.Served hello = origin.serve("meet", 1, plan.seed());
    List<CompletableFuture<Fetched>> fetches = new ArrayList<>();
    nodes.forEach(node -> fetches.add(node.fetch(Via.NODE, origin.plain(hello.path()))));
    fetches.forEach(CompletableFuture::join);
    List<CompletableFuture<Long>> open =
        nodes.stream().map(node -> node.awaitPeers(wanted, atMostMillis)).toList();
    return open.stream().mapToLong(CompletableFuture::join).min().orElse(0);
  }

  /**
   * Ends all that was started. Where the benchmark is ended from outside, that and its own end meet
   * here: the second waits until the first is done, since afterwards there is no program left.
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    forgetAtExit();
    // input ends for all before any is waited for
    nodes.forEach(NodeProcess::dismiss);
    running.addLast(scratch::close);
    IOException failed = null;
    while (!running.isEmpty()) {
      failed = closeNext(failed);
    }
    if (failed != null) {
      throw failed;
    }
  }

  private @Nullable IOException closeNext(@Nullable IOException failed) {
    try {
      running.pop().close();
      return failed;
    } catch (IOException | RuntimeException e) {
      IOException first = failed == null ? new IOException("the lab is not put away", e) : failed;
      if (failed != null) {
        first.addSuppressed(e);
      }
      return first;
    }
  }

  private void forgetAtExit() {
    try {
      var unused = Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException theProgramIsEnding) {
      // then the hook is running, and may be what calls this
    }
  }

  private void closeAtExit() {
    try {
      close();
    } catch (IOException e) {
      System.err.println("the lab is not put away: " + e.getMessage());
    }
  }
}
