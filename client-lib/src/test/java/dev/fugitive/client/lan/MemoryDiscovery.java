package dev.fugitive.client.lan;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A network within one program on which everybody hears everybody, and which can be broken. */
final class MemoryDiscovery implements Discovery {
  private final Map<String, Place> places = new ConcurrentHashMap<>();
  volatile @Nullable String broken;

  private record Place(Announcement own, InetAddress address, Listener listener) {}

  @Override
  public Closeable start(LanAddress at, Announcement own, Listener listener) throws IOException {
    String why = broken;
    if (why != null) {
      throw new IOException(why);
    }
    Place place = new Place(own, at.address(), listener);
    places.put(own.tag(), place);
    for (Place other : places.values()) {
      other.listener().found(own, List.of(place.address()));
      listener.found(other.own(), List.of(other.address()));
    }
    return () -> {
      places.remove(own.tag(), place);
      places.values().forEach(other -> other.listener().lost(own.tag()));
    };
  }

  /** Says that somebody is there who may not be. */
  void rumour(Announcement announcement, InetAddress address) {
    places.values().forEach(place -> place.listener().found(announcement, List.of(address)));
  }

  int size() {
    return places.size();
  }

  int port() {
    return places.values().iterator().next().own().port();
  }
}
