package dev.fugitive.bench.lab;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Where the hosts of a lab are. */
public sealed interface Ground extends Closeable permits NetlabGround, LoopbackGround {
  /** Whether every packet between any two hosts crosses their links. */
  boolean shapesEverything();

  /** What is real here and what is not, in one sentence for the report. */
  String caveat();

  /** Words that run the command after them on a host. */
  List<String> on(Host host);

  /** Where programs on a host listen. */
  String address(Host host);

  /**
   * Puts a server's link before it, where the ground has no links of its own.
   *
   * @param port where the server listens on its host
   * @return the port that others are to use
   */
  int publish(Host host, int port) throws IOException;

  /** Changes a host's link at once. */
  void reshape(Host host, Shape shape) throws IOException;

  /** What crossed the links so far, by the hosts' names. */
  Map<String, Counters> counters() throws IOException;
}
