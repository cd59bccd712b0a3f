package dev.fugitive.bench.lab;

import dev.fugitive.client.transfer.FetchPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * How a node of the lab is set up.
 *
 * @param policy when the origin takes part
 * @param sharing whether it gives to peers
 * @param uploadBytesPerSecond its own limit, 0 for none
 * @param uploadSlots transfers that it serves at once
 * @param targetConnections how many peers it aims at
 * @param maxConnections how many it never exceeds
 * @param vouches whether the others believe its vouchers
 * @param lies whether it is a {@link LyingNode}
 */
public record NodeOptions(
    FetchPolicy policy,
    boolean sharing,
    long uploadBytesPerSecond,
    int uploadSlots,
    int targetConnections,
    int maxConnections,
    boolean vouches,
    boolean lies) {
  /** What a user gets who shares. */
  public static final NodeOptions DEFAULT =
      new NodeOptions(FetchPolicy.OFFLOAD, true, 0, 8, 8, 12, false, false);

  /** Small JVMs with one carrier of virtual threads each, since dozens share a machine. */
  static final List<String> JVM =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "-XX:+IgnoreUnrecognizedVMOptions",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xms24m",
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:CICompilerCount=2",
          "-Djdk.virtualThreadScheduler.parallelism=1",
          "-XX:-UsePerfData",
          "-Xshare:auto");

  /** With another limit for uploads. */
  public NodeOptions withUpload(long bytesPerSecond, int slots) {
    return new NodeOptions(
        policy, sharing, bytesPerSecond, slots, targetConnections, maxConnections, vouches, lies);
  }

  /** With another aim for connections. */
  public NodeOptions withConnections(int target, int max) {
    return new NodeOptions(
        policy, sharing, uploadBytesPerSecond, uploadSlots, target, max, vouches, lies);
  }

  /** With another policy. */
  public NodeOptions withPolicy(FetchPolicy other) {
    return new NodeOptions(
        other,
        sharing,
        uploadBytesPerSecond,
        uploadSlots,
        targetConnections,
        maxConnections,
        vouches,
        lies);
  }

  /** One whose vouchers the others believe. */
  public NodeOptions vouching() {
    return new NodeOptions(
        policy,
        sharing,
        uploadBytesPerSecond,
        uploadSlots,
        targetConnections,
        maxConnections,
        true,
        lies);
  }

  /** One that claims what it does not have, and sends garbage. */
  public NodeOptions lying() {
    return new NodeOptions(
        policy,
        sharing,
        uploadBytesPerSecond,
        uploadSlots,
        targetConnections,
        maxConnections,
        vouches,
        true);
  }

  /** As {@link LabNode} reads them. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    words.add("policy=" + policy);
    words.add("sharing=" + sharing);
    words.add("upload=" + uploadBytesPerSecond);
    words.add("slots=" + uploadSlots);
    words.add("target=" + targetConnections);
    words.add("max=" + maxConnections);
    return words;
  }
}
