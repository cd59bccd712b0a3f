package dev.fugitive.bench.cdn;

/**
 * One of the ways that a scenario compares.
 *
 * @param name as the report shows it
 * @param peers whether peers take part
 */
public record Side(String name, boolean peers) {
  /** Plain curl from nginx, a process on each host. */
  static final Side CURL = new Side("direct, curl", false);

  /** A plain OkHttpClient in the same program, connections kept. */
  static final Side OKHTTP = new Side("direct, OkHttp", false);

  /** Through the node. */
  static final Side FUGITIVE = new Side("fugitive", true);
}
