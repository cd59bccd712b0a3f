package dev.fugitive.client.fetch;

import java.io.IOException;
import java.net.ProtocolException;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Response;

/**
 * What a response's head must not have: whatever two recipients could read in two ways (RFC 9112
 * sections 2.2, 5, 6.3; RFC 9110 sections 5.5, 8.6, 15). OkHttp lets it through.
 */
final class ResponseRules {
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private ResponseRules() {}

  /** The response, if its head is unambiguous; otherwise it is broken off and refused. */
  static Response checked(Response response, Runnable breakOff) throws IOException {
    try {
      check(response);
      return response;
    } catch (ProtocolException ambiguous) {
      breakOff.run();
      response.close();
      throw ambiguous;
    }
  }

  static void check(Response response) throws ProtocolException {
    checkStatus(response);
    Headers fields = response.headers();
    for (int i = 0; i < fields.size(); i++) {
      checkName(fields.name(i));
      checkValue(fields.name(i), fields.value(i));
    }
    List<String> lengths = fields.values("Content-Length");
    for (String length : lengths) {
      require(LENGTH.matcher(length).matches(), "Content-Length: not a number of bytes");
    }
    require(new HashSet<>(lengths).size() <= 1, "Content-Length: values that differ");
    if (response.protocol() == Protocol.HTTP_1_1 || response.protocol() == Protocol.HTTP_1_0) {
      checkCoding(response, lengths);
    }
  }

  /** RFC 9110 section 15.2.2: who did not ask for another protocol gets no switch to it. */
  private static void checkStatus(Response response) throws ProtocolException {
    boolean asked = response.request().header("Upgrade") != null;
    require(
        response.code() >= 200 || (response.code() == 101 && asked),
        "status " + response.code() + ": no final one");
  }

  private static void checkCoding(Response response, List<String> lengths)
      throws ProtocolException {
    List<String> codings = response.headers().values("Transfer-Encoding");
    if (codings.isEmpty()) {
      return;
    }
    require(
        codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"),
        "Transfer-Encoding: other than chunked");
    require(lengths.isEmpty(), "Transfer-Encoding with Content-Length");
    require(response.protocol() != Protocol.HTTP_1_0, "Transfer-Encoding in HTTP/1.0");
  }

  /** A folded line reaches here as a name that begins with a space, or as none at all. */
  private static void checkName(String name) throws ProtocolException {
    boolean token = !name.isEmpty();
    for (int i = 0; i < name.length() && token; i++) {
      char c = name.charAt(i);
      token =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || TOKEN_MARKS.indexOf(c) >= 0;
    }
    require(token, "a field line without a proper name");
  }

  private static void checkValue(String name, String value) throws ProtocolException {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      require(c != 0 && c != '\r' && c != '\n', name + ": NUL or a bare carriage return");
    }
  }

  private static void require(boolean holds, String otherwise) throws ProtocolException {
    if (!holds) {
      throw new ProtocolException("response head: " + otherwise);
    }
  }
}
