package dev.fugitive.client.lan;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;

/**
 * Multicast DNS (RFC 6762) with service discovery (RFC 6763), by JmDNS: one instance an address.
 *
 * <p>The host name that it answers for is the announcement's tag: the machine's own name is not
 * told to anybody.
 */
public final class MdnsDiscovery implements Discovery {
  @Override
  public Closeable start(LanAddress at, Announcement own, Listener listener) throws IOException {
    JmDNS mdns = open(at, own);
    try {
      mdns.addServiceListener(Announcement.SERVICE_TYPE, new Heard(mdns, listener));
      mdns.registerService(
          ServiceInfo.create(
              Announcement.SERVICE_TYPE, own.tag(), own.port(), 0, 0, own.properties()));
      return mdns;
    } catch (IOException | RuntimeException e) {
      mdns.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
  }

  private static JmDNS open(LanAddress at, Announcement own) throws IOException {
    try {
      return JmDNS.create(at.address(), "fugitive-" + own.tag());
    } catch (RuntimeException e) {
      throw new IOException("mDNS does not start on " + at + ": " + e, e);
    }
  }

  /** Translates JmDNS's events; it calls from threads of its own. */
  private record Heard(JmDNS mdns, Listener listener) implements ServiceListener {
    @Override
    public void serviceAdded(ServiceEvent event) {
      mdns.requestServiceInfo(event.getType(), event.getName(), false);
    }

    @Override
    public void serviceRemoved(ServiceEvent event) {
      listener.lost(event.getName());
    }

    /** Comes several times: first often without the TXT record, which makes it unreadable. */
    @Override
    public void serviceResolved(ServiceEvent event) {
      ServiceInfo info = event.getInfo();
      List<InetAddress> addresses = List.of(info.getInetAddresses());
      Announcement.read(event.getName(), info.getPort(), properties(info))
          .ifPresent(announcement -> listener.found(announcement, addresses));
    }

    private static Map<String, String> properties(ServiceInfo info) {
      Map<String, String> properties = new HashMap<>();
      for (String name : Collections.list(info.getPropertyNames())) {
        String value = info.getPropertyString(name);
        if (value != null) {
          properties.put(name, value);
        }
      }
      return properties;
    }
  }
}
