package dev.fugitive.proxy.decrypt;

import okio.Buffer;
import okio.ByteString;

/** Client hellos, built field by field. */
final class Hellos {
  private Hellos() {}

  /** A hello of TLS 1.3 for a host that would speak these protocols, in one record. */
  static ByteString hello(String host, String... protocols) {
    return record(message(extensions(host, protocols)));
  }

  static ByteString record(ByteString fragment) {
    return new Buffer()
        .writeByte(22)
        .writeShort(0x0301)
        .writeShort(fragment.size())
        .write(fragment)
        .readByteString();
  }

  /** A message with these extensions. */
  static ByteString message(ByteString extensions) {
    Buffer body = new Buffer().writeShort(0x0303).write(new byte[32]);
    body.writeByte(0);
    body.writeShort(6).writeShort(0x1a1a).writeShort(0x1301).writeShort(0xc02b);
    body.writeByte(1).writeByte(0);
    body.writeShort(extensions.size()).write(extensions);
    int length = (int) body.size();
    Buffer message = new Buffer().writeByte(1).writeByte(length >> 16).writeShort(length & 0xffff);
    message.write(body, length);
    return message.readByteString();
  }

  static ByteString extensions(String host, String... protocols) {
    Buffer all = new Buffer();
    if (!host.isEmpty()) {
      all.write(serverName(host));
    }
    if (protocols.length > 0) {
      Buffer list = new Buffer();
      for (String protocol : protocols) {
        list.writeByte(protocol.length()).writeUtf8(protocol);
      }
      all.write(extension(16, vector16(list.readByteString())));
    }
    all.write(extension(43, ByteString.decodeHex("020304")));
    return all.readByteString();
  }

  static ByteString serverName(String host) {
    Buffer name = new Buffer().writeByte(0).writeShort(host.length()).writeUtf8(host);
    return extension(0, vector16(name.readByteString()));
  }

  static ByteString extension(int type, ByteString data) {
    return new Buffer().writeShort(type).write(vector16(data)).readByteString();
  }

  private static ByteString vector16(ByteString data) {
    return new Buffer().writeShort(data.size()).write(data).readByteString();
  }
}
