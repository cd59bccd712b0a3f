package dev.fugitive.proxy.decrypt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import okio.Buffer;
import okio.ByteString;

/**
 * Reads the first message of TLS (RFC 8446 section 4.1.2) out of the first bytes of a connection.
 *
 * <p>It reads and believes nothing: what it finds decides only which way the connection goes, and a
 * client that is let through to TLS is parsed again by a TLS library.
 *
 * <pre>
 *   record     16 03 vv | length 2 | fragment ...             (several, if the message is cut)
 *   handshake  01 | length 3 | body
 *   body       version 2 | random 32 | session id 1+ | suites 2+ | compression 1+ | extensions 2+
 * </pre>
 */
final class ClientHelloParser {
  /** Longest message that is read; a hello with several post-quantum keys has some 10 KiB. */
  static final int MAX_MESSAGE_BYTES = 32 * 1024;

  /** Most records that the message may be cut into. */
  static final int MAX_RECORDS = 32;

  /** Bytes after which the parse has an answer, whatever they are. */
  static final int MAX_BYTES = MAX_MESSAGE_BYTES + 4 + MAX_RECORDS * 5 + 16 * 1024;

  private static final int RECORD_HEADER_BYTES = 5;
  private static final int MAX_FRAGMENT_BYTES = 16 * 1024;
  private static final int HANDSHAKE_RECORD = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int MAX_EXTENSIONS = 128;

  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

  /** Padding, ticket, early data, pre-shared key, cookie: they differ from hello to hello. */
  private static final Set<Integer> CHANGING_EXTENSIONS = Set.of(21, 35, 41, 42, 44);

  private static final class MalformedException extends Exception {
    MalformedException(String message) {
      super(message);
    }
  }

  private ClientHelloParser() {}

  /** What the bytes so far are. */
  static HelloParse parse(ByteString bytes) {
    try {
      return records(bytes);
    } catch (MalformedException malformed) {
      return new HelloParse.Malformed(String.valueOf(malformed.getMessage()));
    }
  }

  /** Takes the message out of the records around it (RFC 8446 section 5.1). */
  private static HelloParse records(ByteString bytes) throws MalformedException {
    if ((bytes.size() > 0 && bytes.getByte(0) != HANDSHAKE_RECORD)
        || (bytes.size() > 1 && bytes.getByte(1) != 3)) {
      return new HelloParse.NotTls();
    }
    Buffer message = new Buffer();
    int at = 0;
    for (int record = 0; record < MAX_RECORDS; record++) {
      if (bytes.size() - at < RECORD_HEADER_BYTES) {
        return new HelloParse.Incomplete(at + RECORD_HEADER_BYTES);
      }
      int lengthBytes = u16(bytes, at + 3);
      require(bytes.getByte(at) == HANDSHAKE_RECORD && bytes.getByte(at + 1) == 3, "record type");
      require(lengthBytes > 0 && lengthBytes <= MAX_FRAGMENT_BYTES, "record length");
      int end = at + RECORD_HEADER_BYTES + lengthBytes;
      message.write(bytes.substring(at + RECORD_HEADER_BYTES, Math.min(end, bytes.size())));
      Optional<HelloParse> found = message(message);
      if (found.isPresent()) {
        return found.get();
      }
      if (bytes.size() < end) {
        return new HelloParse.Incomplete(end);
      }
      at = end;
    }
    throw new MalformedException("records: over " + MAX_RECORDS);
  }

  /** The message, once all of it is there. */
  private static Optional<HelloParse> message(Buffer message) throws MalformedException {
    require(message.size() == 0 || message.getByte(0) == CLIENT_HELLO, "message type");
    if (message.size() < 4) {
      return Optional.empty();
    }
    int lengthBytes = ((message.getByte(1) & 0xff) << 16) | u16(message.snapshot(4), 2);
    require(lengthBytes <= MAX_MESSAGE_BYTES, "message length");
    return message.size() < 4 + lengthBytes
        ? Optional.empty()
        : Optional.of(body(new Cursor(message.snapshot().substring(4, 4 + lengthBytes))));
  }

  private static ClientHello body(Cursor body) throws MalformedException {
    int legacyVersion = body.u16();
    body.take(32);
    require(body.vector8().left() <= 32, "session id");
    Cursor suites = body.vector16();
    require(suites.left() >= 2 && suites.left() % 2 == 0, "cipher suites");
    require(body.vector8().left() >= 1, "compression methods");
    Found found = new Found(legacyVersion);
    found.suites(suites);
    if (body.left() > 0) {
      Cursor extensions = body.vector16();
      require(body.left() == 0, "bytes behind the extensions");
      while (extensions.left() > 0) {
        found.extension(extensions.u16(), extensions.vector16());
      }
    }
    return found.hello();
  }

  private static int u16(ByteString bytes, int at) {
    return ((bytes.getByte(at) & 0xff) << 8) | (bytes.getByte(at + 1) & 0xff);
  }

  private static void require(boolean holds, String what) throws MalformedException {
    if (!holds) {
      throw new MalformedException(what);
    }
  }

  /** RFC 8701: values that mean nothing, sent at random to keep servers tolerant. */
  private static boolean isGrease(int value) {
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
  }

  /** What has been found in one message so far. */
  private static final class Found {
    private final int legacyVersion;
    private final Set<Integer> extensionTypes = new TreeSet<>();
    private final List<Integer> suites = new ArrayList<>();
    private Optional<String> serverName = Optional.empty();
    private List<String> protocols = List.of();
    private List<Integer> versions = List.of();

    Found(int legacyVersion) {
      this.legacyVersion = legacyVersion;
    }

    void suites(Cursor offered) throws MalformedException {
      while (offered.left() > 0) {
        suites.add(offered.u16());
      }
    }

    void extension(int type, Cursor data) throws MalformedException {
      require(extensionTypes.add(type), "extension " + type + " twice");
      require(extensionTypes.size() <= MAX_EXTENSIONS, "extensions");
      switch (type) {
        case SERVER_NAME -> serverName = Optional.of(name(data));
        case ALPN -> protocols = protocols(data);
        case SUPPORTED_VERSIONS -> versions = versions(data);
        default -> {}
      }
    }

    /** RFC 6066 section 3: one host name, in ASCII, without a final dot. */
    private static String name(Cursor data) throws MalformedException {
      Cursor names = data.vector16();
      require(data.left() == 0, "server name");
      int type = names.u8();
      ByteString name = names.vector16().rest();
      require(type == 0 && names.left() == 0, "server name list");
      String text = name.utf8();
      require(DecryptHosts.isDnsName(text), "server name");
      return text.toLowerCase(Locale.ROOT);
    }

    private static List<String> protocols(Cursor data) throws MalformedException {
      Cursor list = data.vector16();
      require(data.left() == 0 && list.left() > 0, "protocol names");
      List<String> names = new ArrayList<>();
      while (list.left() > 0) {
        String name = list.vector8().rest().string(StandardCharsets.ISO_8859_1);
        require(!name.isEmpty(), "protocol name");
        names.add(name);
      }
      return names;
    }

    private static List<Integer> versions(Cursor data) throws MalformedException {
      Cursor list = data.vector8();
      require(data.left() == 0 && list.left() >= 2 && list.left() % 2 == 0, "versions");
      List<Integer> versions = new ArrayList<>();
      while (list.left() > 0) {
        versions.add(list.u16());
      }
      return versions;
    }

    ClientHello hello() {
      return new ClientHello(
          serverName,
          protocols,
          versions.isEmpty() ? List.of(legacyVersion) : versions,
          extensionTypes.contains(ENCRYPTED_CLIENT_HELLO),
          fingerprint());
    }

    private ByteString fingerprint() {
      Buffer kept = new Buffer();
      List<Integer> sorted = new ArrayList<>(suites);
      Collections.sort(sorted);
      sorted.stream().filter(suite -> !isGrease(suite)).forEach(kept::writeShort);
      kept.writeByte('|');
      extensionTypes.stream()
          .filter(type -> !isGrease(type) && !CHANGING_EXTENSIONS.contains(type))
          .forEach(kept::writeShort);
      return kept.readByteString().sha256().substring(0, 8);
    }
  }

  /** Reads forward through bytes that may end too soon. */
  private static final class Cursor {
    private final ByteString bytes;
    private int at;

    Cursor(ByteString bytes) {
      this.bytes = bytes;
    }

    int left() {
      return bytes.size() - at;
    }

    ByteString take(int count) throws MalformedException {
      require(count <= left(), "length beyond the end");
      at += count;
      return bytes.substring(at - count, at);
    }

    ByteString rest() throws MalformedException {
      return take(left());
    }

    int u8() throws MalformedException {
      return take(1).getByte(0) & 0xff;
    }

    int u16() throws MalformedException {
      return ClientHelloParser.u16(take(2), 0);
    }

    Cursor vector8() throws MalformedException {
      return new Cursor(take(u8()));
    }

    Cursor vector16() throws MalformedException {
      return new Cursor(take(u16()));
    }
  }
}
