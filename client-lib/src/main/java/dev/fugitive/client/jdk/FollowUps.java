package dev.fugitive.client.jdk;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.PasswordAuthentication;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import okhttp3.Challenge;
import okhttp3.Response;
import okio.ByteString;

/**
 * What the JDK's client asks after an answer, and of its own accord: redirects, a challenge, and
 * cookies. One exchange's; used by its thread.
 *
 * <p>It stands in front of the node's path, so that whoever decides what may be stored and shared
 * sees the credentials and cookies of a request.
 */
final class FollowUps {
  /**
   * Of so many redirects the last is not followed, as by the JDK's client unless told otherwise.
   */
  private static final int MAX_REDIRECTS = 5;

  private static final int MAX_ATTEMPTS = 5;

  /** What concerns one authority alone. */
  private static final Set<String> NOT_FOR_OTHERS =
      Set.of("authorization", "cookie", "origin", "referer", "host");

  private final Redirect policy;
  private final Optional<CookieHandler> cookies;
  private final Optional<Authenticator> authenticator;
  private int redirects;
  private int attempts;

  FollowUps(
      Redirect policy, Optional<CookieHandler> cookies, Optional<Authenticator> authenticator) {
    this.policy = policy;
    this.cookies = cookies;
    this.authenticator = authenticator;
  }

  /** The request with the cookies that belong to it. */
  HttpRequest withCookies(HttpRequest request) throws IOException {
    if (cookies.isEmpty()) {
      return request;
    }
    Map<String, List<String>> given = cookies.get().get(request.uri(), request.headers().map());
    Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<String> values =
        given.entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase("Cookie"))
            .flatMap(entry -> entry.getValue().stream())
            .filter(all::add)
            .toList();
    if (values.isEmpty()) {
      return request;
    }
    List<String> own = request.headers().allValues("Cookie");
    String joined = String.join("; ", own.isEmpty() ? values : concat(own, values));
    return with(request, "Cookie", joined);
  }

  private static List<String> concat(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /**
   * The request to make next; empty where the answer is the last.
   *
   * @param asked as the program would have made it, without cookies
   */
  Optional<HttpRequest> next(HttpRequest asked, Response response, HttpHeaders answered)
      throws IOException {
    if (cookies.isPresent()) {
      cookies.get().put(asked.uri(), answered.map());
    }
    return switch (response.code()) {
      case 301, 302, 303, 307, 308 -> redirected(asked, response.code(), answered);
      case 401 -> authenticated(asked, response);
      default -> Optional.empty();
    };
  }

  private Optional<HttpRequest> redirected(HttpRequest asked, int status, HttpHeaders answered)
      throws IOException {
    if (policy == Redirect.NEVER) {
      return Optional.empty();
    }
    URI target = target(asked.uri(), answered);
    if (!mayFollow(asked.uri(), target) || ++redirects >= MAX_REDIRECTS) {
      return Optional.empty();
    }
    boolean toOthers =
        !asked.uri().getScheme().equalsIgnoreCase(target.getScheme())
            || !asked.uri().getRawAuthority().equals(target.getRawAuthority());
    HttpRequest.Builder next =
        HttpRequest.newBuilder(
                asked,
                (name, value) ->
                    !toOthers || !NOT_FOR_OTHERS.contains(name.toLowerCase(Locale.ROOT)))
            .uri(target);
    BodyPublisher body = asked.bodyPublisher().orElse(BodyPublishers.noBody());
    return Optional.of(
        switch (status) {
          case 303 -> next.GET().build();
          case 301, 302 ->
              asked.method().equals("POST")
                  ? next.GET().build()
                  : next.method(asked.method(), body).build();
          default -> next.method(asked.method(), body).build();
        });
  }

  private static URI target(URI from, HttpHeaders answered) throws IOException {
    String location =
        answered.firstValue("Location").orElseThrow(() -> new IOException("Invalid redirection"));
    try {
      URI target = from.resolve(URI.create(location));
      if (target.getScheme() == null || target.getRawAuthority() == null) {
        throw new ProtocolException("Location: " + location + " (expected: a URL)");
      }
      return target;
    } catch (IllegalArgumentException e) {
      throw new IOException("Location: " + location + " (expected: a URL)", e);
    }
  }

  private boolean mayFollow(URI from, URI target) throws IOException {
    String scheme = target.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IOException("redirected to: " + target + " (expected: http or https)");
    }
    return policy == Redirect.ALWAYS
        || scheme.equalsIgnoreCase(from.getScheme())
        || scheme.equals("https");
  }

  /** RFC 7617, once the program has been asked for a name and a password. */
  private Optional<HttpRequest> authenticated(HttpRequest asked, Response response)
      throws IOException {
    boolean own = asked.headers().firstValue("Authorization").isPresent() && attempts == 0;
    Optional<Challenge> basic =
        response.challenges().stream()
            .filter(challenge -> challenge.scheme().equalsIgnoreCase("Basic"))
            .findFirst();
    if (authenticator.isEmpty() || own || basic.isEmpty()) {
      return Optional.empty();
    }
    if (++attempts >= MAX_ATTEMPTS) {
      throw new IOException("too many authentication attempts. Limit: " + MAX_ATTEMPTS);
    }
    PasswordAuthentication credentials =
        authenticator
            .get()
            .requestPasswordAuthenticationInstance(
                asked.uri().getHost(),
                null,
                asked.uri().getPort(),
                asked.uri().getScheme(),
                basic.get().realm(),
                "Basic",
                asked.uri().toURL(),
                Authenticator.RequestorType.SERVER);
    if (credentials == null) {
      throw new IOException("No credentials provided");
    }
    return Optional.of(with(asked, "Authorization", field(credentials, basic.get())));
  }

  private static String field(PasswordAuthentication credentials, Challenge challenge) {
    String pair = credentials.getUserName() + ":" + new String(credentials.getPassword());
    boolean unicode =
        Objects.requireNonNullElse(challenge.authParams().get("charset"), "")
            .equalsIgnoreCase("UTF-8");
    Charset charset = unicode ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    return "Basic " + ByteString.of(pair.getBytes(charset)).base64();
  }

  private static HttpRequest with(HttpRequest request, String name, String value) {
    return HttpRequest.newBuilder(request, (field, ignored) -> true).setHeader(name, value).build();
  }
}
