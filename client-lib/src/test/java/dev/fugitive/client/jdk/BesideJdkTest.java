package dev.fugitive.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.fetch.NodeSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.QueueDispatcher;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same conversation led by the JDK's client and by a node's with the same settings: the program
 * gets the same, and the origin is asked the same.
 */
class BesideJdkTest {
  /** What a node adds to a response. */
  private static final Set<String> OWN_FIELDS =
      Set.of("cache-status", "fugitive-source", "age", "via");

  /** What concerns a connection, and is the node's. */
  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "http2-settings", "upgrade");

  private final MockWebServer origin = new MockWebServer();

  @BeforeEach
  void start() throws IOException {
    origin.start();
  }

  @AfterEach
  void close() {
    origin.close();
  }

  /** A conversation: what the origin says, and what the program asks. */
  private record Talk(
      String name,
      List<MockResponse.Builder> answers,
      UnaryOperator<HttpClient.Builder> settings,
      UnaryOperator<HttpRequest.Builder> asking) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Talk get(String name, MockResponse.Builder... answers) {
    return ask(name, request -> request, answers);
  }

  private static Talk ask(
      String name, UnaryOperator<HttpRequest.Builder> asking, MockResponse.Builder... answers) {
    return new Talk(name, List.of(answers), settings -> settings, asking);
  }

  private static Talk following(
      String name,
      Redirect policy,
      UnaryOperator<HttpRequest.Builder> asking,
      MockResponse.Builder... answers) {
    return new Talk(name, List.of(answers), settings -> settings.followRedirects(policy), asking);
  }

  private static MockResponse.Builder answer(int status) {
    return new MockResponse.Builder().code(status);
  }

  private static MockResponse.Builder ok() {
    return answer(200).addHeader("Content-Type", "text/plain").body("the answer");
  }

  private static MockResponse.Builder storable() {
    return ok().addHeader("Cache-Control", "max-age=60").addHeader("ETag", "\"1\"");
  }

  private static MockResponse.Builder moved(int status) {
    return answer(status).addHeader("Location", "/elsewhere").body("gone there");
  }

  private static BodyPublisher text() {
    return BodyPublishers.ofString("a question");
  }

  static Stream<Talk> answers() {
    return Stream.of(
        get("200", ok()),
        get("200 storable", storable()),
        get("200 private", ok().addHeader("Cache-Control", "private, max-age=60")),
        get("empty", answer(200)),
        get("empty storable", answer(200).addHeader("Cache-Control", "max-age=60")),
        get("204", answer(204)),
        get("301", moved(301)),
        get("304", answer(304)),
        get("401", answer(401).addHeader("WWW-Authenticate", "Basic realm=\"a\"").body("who?")),
        get("404", answer(404).body("nothing")),
        get("410 storable", answer(410).addHeader("Cache-Control", "max-age=60").body("gone")),
        get("500", answer(500).body("broken")),
        get("503", answer(503).addHeader("Retry-After", "1").body("soon")),
        get("chunked", answer(200).chunkedBody("one two three", 4)),
        get("chunked empty", answer(200).chunkedBody("", 4)),
        get("large", answer(200).body(big())),
        get("large storable", storable().body(big())),
        get(
            "until the connection closes",
            answer(200)
                .body("all there is")
                .removeHeader("Content-Length")
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)),
        get("fields", ok().addHeader("X-A", "1").addHeader("x-a", "2").addHeader("x-empty", "")),
        get("cookies of nobody", ok().addHeader("Set-Cookie", "a=1")),
        get("gzip is not decoded", answer(200).addHeader("Content-Encoding", "gzip").body("???")));
  }

  static Stream<Talk> requests() {
    return Stream.of(
        ask("HEAD", HttpRequest.Builder::HEAD, answer(200).setHeader("Content-Length", "100")),
        ask("OPTIONS", r -> r.method("OPTIONS", BodyPublishers.noBody()), answer(204)),
        ask("DELETE", HttpRequest.Builder::DELETE, answer(204)),
        ask("DELETE with body", r -> r.method("DELETE", text()), answer(202)),
        ask("POST", r -> r.POST(text()), ok()),
        ask("POST empty", r -> r.POST(BodyPublishers.noBody()), ok()),
        ask("PUT", r -> r.PUT(text()), answer(201)),
        ask("PATCH", r -> r.method("PATCH", text()), answer(409).body("no")),
        ask("PROPFIND", r -> r.method("PROPFIND", text()), ok()),
        ask("POST bytes", r -> r.POST(BodyPublishers.ofByteArray(bytes(300_000))), ok()),
        ask(
            "POST a stream of unknown length",
            r -> r.POST(BodyPublishers.ofInputStream(() -> stream(300_000))),
            ok()),
        ask(
            "POST arrays",
            r -> r.POST(BodyPublishers.ofByteArrays(List.of(bytes(10), bytes(20)))),
            ok()),
        ask(
            "POST by a publisher",
            r -> r.POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("published"))),
            ok()),
        ask(
            "POST by a publisher of known length",
            r -> r.POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("published"), 9)),
            ok()),
        ask(
            "POST joined",
            r -> r.POST(BodyPublishers.concat(text(), BodyPublishers.ofString(" more"))),
            ok()),
        ask(
            "Expect: 100-continue",
            r -> r.POST(text()).expectContinue(true),
            ok().add100Continue()),
        ask("fields", r -> r.header("X-A", "1").header("X-A", "2").header("x-b", "3"), ok()),
        ask("own User-Agent", r -> r.header("User-Agent", "mine/1"), ok()),
        ask("own Cookie", r -> r.header("Cookie", "a=1"), ok()),
        ask(
            "range",
            r -> r.header("Range", "bytes=2-4"),
            answer(206).addHeader("Content-Range", "bytes 2-4/10").body("234")),
        ask("conditional", r -> r.header("If-None-Match", "\"1\""), answer(304)));
  }

  static Stream<Talk> redirects() {
    List<Talk> talks = new ArrayList<>();
    for (int status : List.of(300, 301, 302, 303, 307, 308)) {
      MockResponse.Builder moved = moved(status);
      talks.add(following("GET " + status, Redirect.NORMAL, r -> r, moved, ok()));
      talks.add(following("POST " + status, Redirect.NORMAL, r -> r.POST(text()), moved, ok()));
      talks.add(following("PUT " + status, Redirect.ALWAYS, r -> r.PUT(text()), moved, ok()));
      talks.add(
          following("DELETE " + status, Redirect.ALWAYS, HttpRequest.Builder::DELETE, moved, ok()));
    }
    talks.add(following("no Location", Redirect.NORMAL, r -> r, answer(302)));
    talks.add(
        following(
            "another scheme",
            Redirect.ALWAYS,
            r -> r,
            answer(302).addHeader("Location", "ftp://a/")));
    talks.add(
        following(
            "round and round",
            Redirect.ALWAYS,
            r -> r,
            moved(302),
            moved(302),
            moved(302),
            moved(302),
            moved(302),
            moved(302)));
    talks.add(
        following(
            "credentials on one origin",
            Redirect.NORMAL,
            r -> r.header("Authorization", "x"),
            moved(302),
            ok()));
    talks.add(
        following(
            "storable",
            Redirect.NORMAL,
            r -> r,
            moved(301).addHeader("Cache-Control", "max-age=60"),
            storable()));
    return talks.stream();
  }

  static Stream<Talk> ofClients() {
    return Stream.of(
        new Talk(
            "cookies",
            List.of(moved(302).addHeader("Set-Cookie", "a=1; Path=/"), ok()),
            settings ->
                settings
                    .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                    .followRedirects(Redirect.NORMAL),
            request -> request),
        new Talk(
            "an authenticator that knows",
            List.of(challenge(), ok()),
            settings -> settings.authenticator(new Known()),
            request -> request),
        new Talk(
            "an authenticator that is wrong",
            List.of(challenge(), challenge(), challenge(), challenge(), challenge()),
            settings -> settings.authenticator(new Known()),
            request -> request),
        new Talk(
            "an authenticator with nothing to say",
            List.of(challenge()),
            settings -> settings.authenticator(new Authenticator() {}),
            request -> request),
        new Talk(
            "own credentials before an authenticator's",
            List.of(challenge()),
            settings -> settings.authenticator(new Known()),
            request -> request.header("Authorization", "x")),
        new Talk(
            "another scheme of authentication",
            List.of(answer(401).addHeader("WWW-Authenticate", "Bearer").body("who?")),
            settings -> settings.authenticator(new Known()),
            request -> request));
  }

  static Stream<Talk> failures() {
    return Stream.of(
        get("before the head", cut(), cut(), cut(), cut()),
        get("in the body", answer(200).body(big()).onResponseBody(new SocketEffect.CloseSocket())),
        ask(
            "a publisher that fails",
            r ->
                r.POST(
                    BodyPublishers.ofInputStream(() -> {
                      throw new UncheckedIOException(new IOException("no"));
                    })),
            ok()),
        ask(
            "a publisher that says less than it stated",
            r -> r.POST(BodyPublishers.fromPublisher(text(), 1000)),
            ok()),
        ask(
            "a publisher that says more than it stated",
            r -> r.POST(BodyPublishers.fromPublisher(text(), 3)),
            ok()));
  }

  @ParameterizedTest
  @MethodSource({"answers", "requests", "redirects", "ofClients"})
  void programAndOriginSeeTheSame(Talk talk) throws Exception {
    Seen plain = byJdk(talk);

    assertThat(byNode(talk)).isEqualTo(plain);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whatFailsInOneFailsInBoth(Talk talk) throws Exception {
    assertThat(byJdk(talk).outcome().failure()).isNotEmpty();
    assertThat(byNode(talk).outcome().failure()).isNotEmpty();
  }

  @Test
  void aHeadThatIsLateIsTheSameFailure() throws Exception {
    Talk talk =
        ask(
            "late",
            r -> r.timeout(Duration.ofMillis(300)),
            ok().headersDelay(20, TimeUnit.SECONDS));

    String late = HttpTimeoutException.class.getName() + ": request timed out";
    assertThat(byJdk(talk).outcome().failure()).isEqualTo(late);
    assertThat(byNode(talk).outcome().failure()).isEqualTo(late);
  }

  @Test
  void nobodyThereIsTheSameKindOfFailure() throws Exception {
    URI nowhere = origin.url("/").uri();
    origin.close();
    HttpRequest request = HttpRequest.newBuilder(nowhere).build();

    try (HttpClient jdk = HttpClient.newHttpClient();
        FugitiveNode node = FugitiveNode.start(NodeSettings.inMemory())) {
      assertThat(failure(FugitiveHttpClient.of(node), request).getClass())
          .isEqualTo(failure(jdk, request).getClass());
    }
  }

  private static Exception failure(HttpClient client, HttpRequest request) throws Exception {
    try {
      throw new AssertionError(client.send(request, BodyHandlers.discarding()));
    } catch (IOException e) {
      return e;
    }
  }

  private static MockResponse.Builder challenge() {
    return answer(401).addHeader("WWW-Authenticate", "Basic realm=\"here\"").body("who?");
  }

  /** What both ends saw of a conversation. */
  private record Seen(Outcome outcome, List<Asked> asked) {}

  /** What the program got. */
  private record Outcome(
      int status,
      String version,
      Map<String, List<String>> fields,
      ByteString body,
      String request,
      List<Integer> previous,
      String failure) {}

  /** What the origin was asked; the order of fields of different names says nothing. */
  private record Asked(String line, Map<String, List<String>> fields, @Nullable ByteString body) {}

  private Seen byJdk(Talk talk) throws Exception {
    try (HttpClient client = settings(talk)) {
      return seen(client, talk);
    }
  }

  private Seen byNode(Talk talk) throws Exception {
    try (FugitiveNode node = FugitiveNode.start(NodeSettings.inMemory());
        HttpClient settings = settings(talk);
        HttpClient client = FugitiveHttpClient.of(node, settings)) {
      return seen(client, talk);
    }
  }

  private static HttpClient settings(Talk talk) {
    return talk.settings()
        .apply(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1))
        .build();
  }

  private Seen seen(HttpClient client, Talk talk) throws Exception {
    origin.setDispatcher(new QueueDispatcher());
    talk.answers().forEach(answer -> origin.enqueue(answer.build()));
    int before = origin.getRequestCount();
    Outcome outcome = outcome(client, talk);
    List<Asked> asked = new ArrayList<>();
    for (int i = before; i < origin.getRequestCount(); i++) {
      RecordedRequest request =
          Objects.requireNonNull(origin.takeRequest(5, TimeUnit.SECONDS), "a request");
      Map<String, List<String>> fields = new TreeMap<>(request.getHeaders().toMultimap());
      OF_CONNECTIONS.forEach(fields::remove);
      asked.add(new Asked(request.getRequestLine(), fields, request.getBody()));
    }
    return new Seen(outcome, asked);
  }

  private Outcome outcome(HttpClient client, Talk talk) throws InterruptedException {
    HttpRequest request =
        talk.asking()
            .apply(
                HttpRequest.newBuilder(origin.url("/a?b=c").uri()).timeout(Duration.ofSeconds(20)))
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      fields.putAll(response.headers().map());
      OWN_FIELDS.forEach(fields::remove);
      List<Integer> previous = new ArrayList<>();
      response
          .previousResponse()
          .ifPresent(step -> {
            previous.add(step.statusCode());
            assertThat(step.body()).isNull();
          });
      return new Outcome(
          response.statusCode(),
          response.version().toString(),
          fields,
          ByteString.of(response.body()),
          response.request().method() + " " + response.uri(),
          previous,
          "");
    } catch (IOException e) {
      return new Outcome(
          0,
          "",
          Map.of(),
          ByteString.EMPTY,
          "",
          List.of(),
          e instanceof HttpTimeoutException ? e.toString() : "IOException");
    }
  }

  private static MockResponse.Builder cut() {
    return ok().onResponseStart(new SocketEffect.CloseSocket());
  }

  private static Buffer big() {
    return new Buffer().write(bytes(1_000_000));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static ByteArrayInputStream stream(int length) {
    return new ByteArrayInputStream(bytes(length));
  }

  /** Knows one name. */
  private static final class Known extends Authenticator {
    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      return new PasswordAuthentication("name", "word".toCharArray());
    }
  }
}
