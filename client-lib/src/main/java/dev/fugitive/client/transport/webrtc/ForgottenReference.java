package dev.fugitive.client.transport.webrtc;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.internal.NativeObject;
import dev.onvoid.webrtc.internal.RefCountedObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reference to a native connection that webrtc-java forgets to give back.
 *
 * <p>In webrtc-java 0.14.0 {@link RTCPeerConnection#close} closes the native connection and forgets
 * its address without releasing the reference that made it, so that about 66 KB stay, and with them
 * the factory's own context (its authors mended that in their pull request 283, after 0.15.0). The
 * library's {@link RefCountedObject} releases any native object by address; here it is given the
 * connection's. A second release would free what is in use: so this is done for the version it was
 * written for, and for no other.
 */
final class ForgottenReference extends RefCountedObject {
  /** The version of webrtc-java that forgets. */
  static final String FORGETFUL_VERSION = "0.14.0";

  private static final Logger LOG = LoggerFactory.getLogger(ForgottenReference.class);
  private static final String PROPERTIES =
      "META-INF/maven/dev.onvoid.webrtc/webrtc-java/pom.properties";

  /** Where webrtc-java keeps an object's native address; null where it is not to be touched. */
  private static final @Nullable Field HANDLE = handleField();

  private ForgottenReference(long handle) throws IllegalAccessException {
    if (HANDLE != null) {
      HANDLE.setLong(this, handle);
    }
  }

  /** The reference behind a connection that is about to be closed, if it must be given back. */
  static @Nullable ForgottenReference of(RTCPeerConnection connection) {
    if (HANDLE == null) {
      return null;
    }
    try {
      long handle = HANDLE.getLong(connection);
      return handle == 0 ? null : new ForgottenReference(handle);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("an accessible field became inaccessible", e);
    }
  }

  /** Whether references are given back here. */
  static boolean isUsed() {
    return HANDLE != null;
  }

  private static @Nullable Field handleField() {
    try {
      if (!version().equals(FORGETFUL_VERSION)) {
        return null;
      }
      Field field = NativeObject.class.getDeclaredField("nativeHandle");
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException | RuntimeException | IOException e) {
      LOG.info("closed connections will leak: webrtc-java's handles are out of reach", e);
      return null;
    }
  }

  private static String version() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = NativeObject.class.getClassLoader().getResourceAsStream(PROPERTIES)) {
      if (in != null) {
        properties.load(in);
      }
    }
    return properties.getProperty("version", "unknown");
  }
}
