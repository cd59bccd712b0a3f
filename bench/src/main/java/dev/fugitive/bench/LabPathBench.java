package dev.fugitive.bench;

import dev.fugitive.bench.Lab.Host;
import dev.fugitive.bench.lab.RendezvousProcess;
import dev.fugitive.bench.lab.Scratch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Goodput of one peer to one reader across a path with a rate and a round trip, in network
 * namespaces on this machine ({@link Lab}), with TCP (curl from nginx) across the same path beside
 * it. Each fetch is of a new content; the first of a round trip is that of a fresh session, whose
 * path nothing is known of.
 *
 * <pre>{@code
 * mvn -q -DskipTests package -pl bench -am
 * sudo java --enable-native-access=ALL-UNNAMED -cp 'bench/target/classes:bench/target/lib/*' \
 *     dev.fugitive.bench.LabPathBench [MEGABYTES [FETCHES [ROUND_TRIP_MILLIS ...]]]
 * }</pre>
 *
 * <p>Run in the project's root directory; needs root, gcc, iproute2, nginx and curl. Prints
 * megabits a second from the first byte to 1, 5, 20 and 50 MB and to the end, and a line of JSON
 * for each fetch. Nothing but a quiet machine gives true figures: the path itself needs the CPU.
 */
public final class LabPathBench {
  private static final int MEGABITS_PER_SECOND = 100;
  private static final int QUEUE_MILLIS = 100;
  private static final int PORT = 18481;
  private static final long NEWS_NANOS = 2_000_000_000L;

  private LabPathBench() {}

  public static void main(String[] arguments) throws Exception {
    long bytes = (arguments.length > 0 ? Long.parseLong(arguments[0]) : 100) * 1_000_000;
    int fetches = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
    List<Integer> roundTrips = new ArrayList<>();
    for (int i = 2; i < arguments.length; i++) {
      roundTrips.add(Integer.parseInt(arguments[i]));
    }
    for (int millis : roundTrips.isEmpty() ? List.of(40) : roundTrips) {
      measure(bytes, fetches, millis);
    }
    Runtime.getRuntime().halt(0);
  }

  private static void measure(long bytes, int fetches, int roundTripMillis) throws Exception {
    Host holding = host("holder", 2, roundTripMillis);
    Host reading = host("reader", 3, roundTripMillis);
    Host middle = new Host("origin", "10.77.0.4", 1_000, 1, QUEUE_MILLIS);
    String authority = middle.address() + ":" + PORT;
    try (Scratch scratch = Scratch.make("fugitive-lab");
        Lab lab = Lab.start(scratch.directory(), List.of(holding, reading, middle));
        RendezvousProcess meeting = RendezvousProcess.start(lab.on(middle), middle.address());
        NginxOrigin origin = NginxOrigin.start(scratch.sub("origin"), authority, lab.on(middle));
        NginxOrigin beside =
            NginxOrigin.start(
                scratch.sub("beside"), holding.address() + ":" + PORT, lab.on(holding));
        NodeProcess holder =
            NodeProcess.start(lab.on(holding), scratch.sub("a"), meeting.url(), authority);
        NodeProcess reader =
            NodeProcess.start(
                lab.on(reading), scratch.sub("b"), meeting.url(), authority, holder.key())) {
      holder.fetch(origin.serve("meet-holder", 1));
      reader.fetch(origin.serve("meet-reader", 1));
      reader.awaitPeers(1);
      for (int i = 1; i <= fetches; i++) {
        String url = origin.serve("fetch-" + i, bytes);
        holder.fetch(url);
        LockSupport.parkNanos(NEWS_NANOS);
        long droppedBefore = lab.droppedPackets();
        FetchTimes times = reader.fetch(url);
        print("fetch " + i, roundTripMillis, times, lab.droppedPackets() - droppedBefore);
      }
      curl(lab.on(reading), beside.serve("tcp", bytes), roundTripMillis);
    }
  }

  private static Host host(String name, int number, int roundTripMillis) {
    return new Host(
        name, "10.77.0." + number, MEGABITS_PER_SECOND, roundTripMillis / 4.0, QUEUE_MILLIS);
  }

  private static void print(String what, int roundTripMillis, FetchTimes times, long dropped) {
    List<String> marks = new ArrayList<>();
    for (int mark = 0; mark < times.nanosByMark().size(); mark++) {
      marks.add(String.format(Locale.ROOT, "%.1f", times.megabitsPerSecondTo(mark)));
    }
    System.out.printf(
        Locale.ROOT,
        "RTT %d ms, %s: first byte after %.0f ms, Mbit/s to 1, 5, 20, 50 MB: %s, overall %.1f, dropped packets %d, load %.1f, %s%n",
        roundTripMillis,
        what,
        times.firstNanos() / 1e6,
        String.join(", ", marks),
        times.megabitsPerSecond(),
        dropped,
        Machine.load(),
        times.source());
    System.out.printf(
        Locale.ROOT,
        "{\"roundTripMillis\":%d,\"bytes\":%d,\"firstByteMillis\":%.1f,"
            + "\"megabitsPerSecondToMark\":[%s],\"megabitsPerSecond\":%.1f,\"droppedPackets\":%d}%n",
        roundTripMillis,
        times.bytes(),
        times.firstNanos() / 1e6,
        String.join(",", marks),
        times.megabitsPerSecond(),
        dropped);
  }

  private static void curl(List<String> prefix, String url, int roundTripMillis)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            "curl", "-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{speed_download}\\n", url));
    Process process = new ProcessBuilder(command).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      double bytesPerSecond = Double.parseDouble(String.valueOf(out.readLine()));
      System.out.printf(
          Locale.ROOT,
          "RTT %d ms, TCP: overall %.1f Mbit/s, load %.1f%n",
          roundTripMillis,
          bytesPerSecond * 8 / 1e6,
          Machine.load());
    }
  }
}
