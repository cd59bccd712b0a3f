package dev.fugitive.bench.lab;

import dev.fugitive.proxy.rendezvous.RendezvousLimits;
import dev.fugitive.proxy.rendezvous.RendezvousServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A rendezvous as a process of its own, so that it can run on a host of a lab. */
public final class RendezvousProcess implements AutoCloseable {
  private final Process process;
  private final String url;

  private RendezvousProcess(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  public static void main(String[] arguments) throws Exception {
    InetAddress address = InetAddress.getAllByName(arguments[0])[0];
    try (RendezvousServer server =
        RendezvousServer.start(new InetSocketAddress(address, 0), RendezvousLimits.DEFAULT)) {
      System.out.println(server.url());
      new CountDownLatch(1).await();
    }
  }

  /** Starts one that listens on an address. */
  public static RendezvousProcess start(List<String> prefix, String address) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(NodeOptions.JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(RendezvousProcess.class.getName(), address));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader says = process.inputReader(StandardCharsets.UTF_8);
    String url = says.readLine();
    while (url != null && !url.startsWith("ws")) {
      url = says.readLine();
    }
    if (url == null) {
      throw new IOException("the rendezvous ended (expected: its URL)");
    }
    return new RendezvousProcess(process, url);
  }

  public String url() {
    return url;
  }

  @Override
  public void close() {
    process.destroy();
    Children.awaitEnd(process);
  }
}
