package dev.fugitive.proxy.attack;

import dev.fugitive.proxy.http.RawOrigin;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An origin that writes down every head it gets and answers by path. */
final class Witness implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: ([0-9]+)\r\n");
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final RawOrigin origin;

  Witness() throws IOException {
    origin = new RawOrigin(this::serve);
  }

  private void serve(RawOrigin.Exchange exchange) throws IOException {
    while (true) {
      String head = exchange.readHead();
      heads.add(head);
      String path = head.split(" ", 3)[1];
      readBody(exchange, head.toLowerCase(Locale.ROOT));
      exchange.write(answers.getOrDefault(path, OK));
      if (answers.getOrDefault(path, "").contains("Connection: close")) {
        return;
      }
    }
  }

  private static void readBody(RawOrigin.Exchange exchange, String head) throws IOException {
    Matcher length = LENGTH.matcher(head);
    if (head.contains("\r\ntransfer-encoding: chunked")) {
      StringBuilder body = new StringBuilder("\r\n");
      while (body.indexOf("\r\n0\r\n\r\n") < 0) {
        int value = exchange.in().read();
        if (value < 0) {
          throw new IOException("end of the connection in a body");
        }
        body.append((char) value);
      }
    } else if (length.find()) {
      exchange.in().readNBytes(Integer.parseInt(length.group(1)));
    }
  }

  /** From now on a request for the path gets these bytes. */
  Witness answering(String path, String bytes) {
    answers.put(path, bytes);
    return this;
  }

  /** All heads so far. */
  List<String> heads() {
    return heads;
  }

  long asked(String path) {
    return heads.stream().filter(head -> head.split(" ", 3)[1].equals(path)).count();
  }

  int port() {
    return origin.port();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  @Override
  public void close() throws IOException {
    origin.close();
  }
}
