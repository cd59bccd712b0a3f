package dev.fugitive.client.transport.webrtc;

import dev.onvoid.webrtc.internal.NativeLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native half of webrtc-java, and what it needs of the machine. */
final class NativeLibrary {
  /** Debian's packages of the libraries that {@code ldd} names for it, beside libc and libm. */
  static final String APT_COMMAND =
      "apt-get install libpulse0 libudev1 libx11-6 libxfixes3 libxrandr2 libxcomposite1"
          + " libdbus-1-3";

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String NAME = "webrtc-java";

  /** The dynamic linker's words: the library's own path, then what is missing. */
  private static final Pattern MISSING =
      Pattern.compile("(\\S+): (\\S+\\.so[.0-9]*): cannot open shared object file.*");

  private NativeLibrary() {}

  /** Loads the library, once for a process. */
  static void load() throws WebRtcUnavailableException {
    try {
      NativeLoader.loadLibrary(NAME);
    } catch (UnsatisfiedLinkError e) {
      deleteExtracted(e);
      throw new WebRtcUnavailableException(explain(String.valueOf(e.getMessage())), e);
    } catch (IOException e) {
      throw new WebRtcUnavailableException("WebRTC's native library cannot be unpacked: " + e, e);
    } catch (Exception e) {
      throw new WebRtcUnavailableException(
          "WebRTC has no native library for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"),
          e);
    }
  }

  /** What a failure to link means, and what would help. */
  static String explain(String linkError) {
    Matcher missing = MISSING.matcher(linkError);
    if (!missing.matches()) {
      return "WebRTC's native library cannot be loaded: " + linkError;
    }
    return "WebRTC needs the library "
        + missing.group(2)
        + ", which this machine lacks; on Debian and Ubuntu: "
        + APT_COMMAND;
  }

  /** The loader leaves its 23 MB copy behind where linking fails. */
  private static void deleteExtracted(UnsatisfiedLinkError error) {
    Matcher missing = MISSING.matcher(String.valueOf(error.getMessage()));
    if (!missing.matches() || !missing.group(1).contains(NAME)) {
      return;
    }
    try {
      Files.deleteIfExists(Path.of(missing.group(1)));
    } catch (IOException e) {
      LOG.debug("extracted library stays: {}", missing.group(1), e);
    }
  }
}
