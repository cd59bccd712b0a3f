package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Call;
import okhttp3.Cookie;
import okhttp3.CookieJar;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.GzipSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same conversation led by a plain OkHttpClient, by the client of a node that is built on it,
 * and by it with a node's interceptor: the program gets the same, and the origin is asked the same.
 */
class SideBySideTest {
  private static final MediaType TEXT = MediaType.get("text/plain");

  /** What a node adds to a response. */
  private static final Set<String> OWN_FIELDS =
      Set.of("cache-status", "fugitive-source", "age", "via");

  private final MockWebServer origin = new MockWebServer();

  @AfterEach
  void close() {
    origin.close();
  }

  /** A conversation: what the origin says, and what the program asks. */
  private record Talk(String name, List<MockResponse.Builder> answers, Asking asking) {
    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface Asking {
    Request.Builder of(Request.Builder request);
  }

  private static Talk get(String name, MockResponse.Builder... answers) {
    return new Talk(name, List.of(answers), request -> request);
  }

  private static Talk ask(String name, Asking asking, MockResponse.Builder... answers) {
    return new Talk(name, List.of(answers), asking);
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

  private static RequestBody text() {
    return RequestBody.create("a question", TEXT);
  }

  static Stream<Talk> redirects() {
    List<Talk> talks = new ArrayList<>();
    for (int status : List.of(300, 301, 302, 303, 307, 308)) {
      talks.add(get("GET " + status, moved(status), ok()));
      talks.add(ask("HEAD " + status, Request.Builder::head, moved(status).body(""), answer(200)));
      talks.add(ask("POST " + status, r -> r.post(text()), moved(status), ok()));
      talks.add(ask("PUT " + status, r -> r.put(text()), moved(status), ok()));
      talks.add(ask("DELETE " + status, Request.Builder::delete, moved(status), ok()));
      talks.add(ask("PROPFIND " + status, r -> r.method("PROPFIND", text()), moved(status), ok()));
      talks.add(get(status + " without Location", answer(status).body("nowhere")));
    }
    talks.add(get("304", answer(304)));
    talks.add(get("to another scheme that is none", answer(302).addHeader("Location", "ftp://a/")));
    talks.add(ask("one-shot body 307", r -> r.post(streaming(10_000, true)), moved(307)));
    talks.add(
        ask("credentials on one origin", r -> r.header("Authorization", "x"), moved(302), ok()));
    talks.add(get("storable 301", moved(301).addHeader("Cache-Control", "max-age=60"), storable()));
    return talks.stream();
  }

  static Stream<Talk> answers() {
    return Stream.of(
        get("200", ok()),
        get("200 storable", storable()),
        get("200 private", ok().addHeader("Cache-Control", "private, max-age=60")),
        get("empty", answer(200)),
        get("empty storable", answer(200).addHeader("Cache-Control", "max-age=60")),
        get("204", answer(204)),
        get("205", answer(205)),
        get("401", answer(401).addHeader("WWW-Authenticate", "Basic realm=\"a\"").body("who?")),
        get("404", answer(404).body("nothing")),
        get("410 storable", answer(410).addHeader("Cache-Control", "max-age=60").body("gone")),
        get("418", answer(418).body("short and stout")),
        get("500", answer(500).body("broken")),
        get("503 then 200", answer(503).addHeader("Retry-After", "0").body("soon"), ok()),
        get("408 then 200", answer(408).addHeader("Connection", "close").body("slow"), ok()),
        get("reason", new MockResponse.Builder().status("HTTP/1.1 200 Quite Fine").body("x")),
        get("chunked", answer(200).chunkedBody("one two three", 4)),
        get(
            "chunked storable",
            answer(200).addHeader("Cache-Control", "max-age=60").chunkedBody("one two three", 4)),
        get("large", answer(200).body(big())),
        get(
            "until the connection closes",
            answer(200)
                .clearHeaders()
                .addHeader("Cache-Control", "max-age=60")
                .body("all there is")
                .removeHeader("Content-Length")
                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)),
        get("fields", ok().addHeader("X-A", "1").addHeader("X-A", "2").addHeader("x-empty", "")),
        get("cookies", ok().addHeader("Set-Cookie", "a=1").addHeader("Set-Cookie", "b=2")),
        get("100 first", ok().add100Continue()));
  }

  static Stream<Talk> codings() {
    return Stream.of(
        get("gzip", gzipped()),
        get("gzip storable", gzipped().addHeader("Cache-Control", "max-age=60")),
        get("gzip chunked", gzipped().chunkedBody(gzip("coded body"), 5)),
        get("GZIP", gzipped().setHeader("Content-Encoding", "GZIP")),
        get("no gzip", ok()),
        get("another coding", answer(200).addHeader("Content-Encoding", "br").body("???")),
        get("gzip that is none", answer(200).addHeader("Content-Encoding", "gzip").body("plain")),
        get("gzip 404", gzipped().code(404)),
        ask("gzip asked for", r -> r.header("Accept-Encoding", "gzip"), gzipped()),
        ask("identity asked for", r -> r.header("Accept-Encoding", "identity"), ok()),
        ask(
            "HEAD gzip",
            Request.Builder::head,
            answer(200).addHeader("Content-Encoding", "gzip").setHeader("Content-Length", "30")),
        ask(
            "range",
            r -> r.header("Range", "bytes=2-4"),
            answer(206).addHeader("Content-Range", "bytes 2-4/10").body("234")),
        ask("range ignored", r -> r.header("Range", "bytes=2-4"), ok()),
        ask(
            "range too far",
            r -> r.header("Range", "bytes=20-"),
            answer(416).addHeader("Content-Range", "bytes */10")));
  }

  static Stream<Talk> requests() {
    return Stream.of(
        ask("HEAD", Request.Builder::head, answer(200).setHeader("Content-Length", "100")),
        ask("OPTIONS", r -> r.method("OPTIONS", null), answer(204).addHeader("Allow", "GET")),
        ask("POST", r -> r.post(text()), ok()),
        ask("POST empty", r -> r.post(RequestBody.EMPTY), ok()),
        ask("POST large", r -> r.post(RequestBody.create(big().readByteString(), null)), ok()),
        ask("POST streamed", r -> r.post(streaming(300_000, false)), ok()),
        ask("POST streamed once", r -> r.post(streaming(300_000, true)), ok()),
        ask("PATCH", r -> r.patch(text()), answer(409).body("no")),
        ask("DELETE with body", r -> r.delete(text()), answer(202)),
        ask(
            "Expect: 100-continue",
            r -> r.post(text()).header("Expect", "100-continue"),
            ok().add100Continue()),
        ask("own User-Agent", r -> r.header("User-Agent", "mine/1"), ok()),
        ask("own Cookie", r -> r.header("Cookie", "a=1"), ok()),
        ask("repeated field", r -> r.addHeader("X-A", "1").addHeader("X-A", "2"), ok()),
        ask("conditional", r -> r.header("If-None-Match", "\"1\""), answer(304)));
  }

  @ParameterizedTest
  @MethodSource({"redirects", "answers", "codings", "requests"})
  void programAndOriginSeeTheSame(Talk talk) throws Exception {
    origin.start();

    Seen plain = byOkHttp(base(), talk);
    assertThat(byNode(base(), talk)).isEqualTo(plain);
    assertThat(byInterceptor(base(), talk)).as("by the interceptor").isEqualTo(plain);
  }

  static Stream<Talk> breaks() {
    return Stream.of(
        get("before the head", ok().onResponseStart(new SocketEffect.CloseSocket())),
        get("in the body", answer(200).body(big()).onResponseBody(new SocketEffect.CloseSocket())),
        get(
            "in a storable body",
            storable().body(big()).onResponseBody(new SocketEffect.CloseSocket())),
        get(
            "in a gzip body",
            gzipped()
                .body(gzip("x".repeat(100_000)))
                .onResponseBody(new SocketEffect.CloseSocket())));
  }

  @ParameterizedTest
  @MethodSource("breaks")
  void whatBreaksOffFailsInBoth(Talk talk) throws Exception {
    origin.start();
    OkHttpClient base = base().newBuilder().retryOnConnectionFailure(false).build();

    assertThat(byOkHttp(base, talk).outcome().failure()).isNotEmpty();
    assertThat(byNode(base, talk).outcome().failure()).isNotEmpty();
    assertThat(byInterceptor(base, talk).outcome().failure()).isNotEmpty();
  }

  /** OkHttp itself fails here: it takes a stated length of 0 for the promise of a body. */
  @Test
  void anEmptyBodyThatIsCalledGzipIsEmpty() throws Exception {
    origin.start();

    Outcome outcome =
        byNode(base(), get("empty", answer(200).addHeader("Content-Encoding", "gzip"))).outcome();
    assertThat(outcome.failure()).isEmpty();
    assertThat(outcome.body()).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void cookiesOfTheProgramsJarComeAndGo() throws Exception {
    origin.start();
    Talk talk = get("cookies", moved(302).addHeader("Set-Cookie", "a=1; Path=/"), storable());
    OkHttpClient plain = base().newBuilder().cookieJar(new Jar()).build();
    OkHttpClient other = base().newBuilder().cookieJar(new Jar()).build();

    Seen seen = byNode(other, talk);
    assertThat(seen).isEqualTo(byOkHttp(plain, talk));
    OkHttpClient third = base().newBuilder().cookieJar(new Jar()).build();
    assertThat(byInterceptor(third, talk)).isEqualTo(seen);
    assertThat(seen.asked().get(1).fields()).containsEntry("cookie", List.of("a=1"));
  }

  @Test
  void theProgramsAuthenticatorAnswersA401() throws Exception {
    origin.start();
    OkHttpClient base =
        base()
            .newBuilder()
            .authenticator((route, response) ->
                response.request().header("Authorization") != null
                    ? null
                    : response.request().newBuilder().header("Authorization", "x").build())
            .build();
    Talk talk = get("401", answer(401).body("who?"), storable());

    Seen seen = byNode(base, talk);
    assertThat(seen).isEqualTo(byOkHttp(base, talk));
    assertThat(byInterceptor(base, talk)).isEqualTo(seen);
    assertThat(seen.outcome().status()).isEqualTo(200);
  }

  @Test
  void overHttp2WithTheTrustOfTheProgram() throws Exception {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("localhost").build();
    origin.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate)
            .build()
            .sslSocketFactory());
    origin.start();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder()
            .addTrustedCertificate(certificate.certificate())
            .build();
    OkHttpClient base =
        base()
            .newBuilder()
            .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
            .build();

    for (Talk talk :
        List.of(
            get("h2", ok()),
            get("h2 storable", storable()),
            get("h2 gzip", gzipped()),
            get("h2 redirect", moved(302), ok()),
            ask("h2 POST", r -> r.post(streaming(100_000, false)), ok()))) {
      Seen seen = byNode(base, talk);
      assertThat(seen).as(talk.name()).isEqualTo(byOkHttp(base, talk));
      assertThat(byInterceptor(base, talk)).as(talk.name()).isEqualTo(seen);
      assertThat(seen.outcome().protocol()).isEqualTo("h2");
    }
  }

  /** What both ends saw of a conversation. */
  private record Seen(Outcome outcome, List<Asked> asked) {}

  /** What the program got. */
  private record Outcome(
      int status,
      String reason,
      String protocol,
      Headers fields,
      long length,
      @Nullable MediaType type,
      ByteString body,
      String request,
      int prior,
      String failure) {}

  /** What the origin was asked; the order of fields of different names says nothing. */
  private record Asked(String line, Map<String, List<String>> fields, @Nullable ByteString body) {}

  private Seen byOkHttp(OkHttpClient base, Talk talk) throws Exception {
    return seen(base, talk);
  }

  private Seen byNode(OkHttpClient base, Talk talk) throws Exception {
    try (FugitiveNode node = LoneNode.start(base)) {
      return seen(node.client(), talk);
    }
  }

  /** The node itself is built on another client, which trusts nobody in particular. */
  private Seen byInterceptor(OkHttpClient base, Talk talk) throws Exception {
    try (FugitiveNode node = LoneNode.start()) {
      return seen(base.newBuilder().addInterceptor(node.interceptor()).build(), talk);
    }
  }

  private Seen seen(Call.Factory client, Talk talk) throws Exception {
    talk.answers().forEach(answer -> origin.enqueue(answer.build()));
    int before = origin.getRequestCount();
    Outcome outcome = outcome(client, talk);
    List<Asked> asked = new ArrayList<>();
    for (int i = before; i < origin.getRequestCount(); i++) {
      RecordedRequest request =
          Objects.requireNonNull(origin.takeRequest(5, TimeUnit.SECONDS), "a request");
      asked.add(
          new Asked(
              request.getRequestLine(), request.getHeaders().toMultimap(), request.getBody()));
    }
    return new Seen(outcome, asked);
  }

  private Outcome outcome(Call.Factory client, Talk talk) {
    Request request = talk.asking().of(new Request.Builder().url(origin.url("/a?b=c"))).build();
    try (Response response = client.newCall(request).execute()) {
      Headers.Builder fields = response.headers().newBuilder();
      OWN_FIELDS.forEach(fields::removeAll);
      Response prior = response.priorResponse();
      return new Outcome(
          response.code(),
          response.message(),
          response.protocol().toString(),
          fields.build(),
          response.body().contentLength(),
          response.body().contentType(),
          response.body().byteString(),
          response.request().method() + response.request().url() + response.request().headers(),
          prior == null ? 0 : prior.code(),
          "");
    } catch (IOException e) {
      return new Outcome(0, "", "", Headers.EMPTY, 0, null, ByteString.EMPTY, "", 0, "IOException");
    }
  }

  private static OkHttpClient base() {
    return new OkHttpClient.Builder().readTimeout(5, TimeUnit.SECONDS).build();
  }

  private static MockResponse.Builder gzipped() {
    return answer(200).addHeader("Content-Encoding", "gzip").body(gzip("coded body"));
  }

  private static Buffer gzip(String text) {
    Buffer coded = new Buffer();
    try (BufferedSink sink = Okio.buffer(new GzipSink(coded))) {
      sink.writeUtf8(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return coded;
  }

  private static Buffer big() {
    return new Buffer().write(TestNodes.body(1_000_000));
  }

  private static RequestBody streaming(int length, boolean oneShot) {
    return new RequestBody() {
      @Override
      public MediaType contentType() {
        return TEXT;
      }

      @Override
      public boolean isOneShot() {
        return oneShot;
      }

      @Override
      public void writeTo(BufferedSink sink) throws IOException {
        for (int written = 0; written < length; written += 1000) {
          sink.writeUtf8("x".repeat(1000));
        }
      }
    };
  }

  /** Keeps every cookie and sends it everywhere. */
  private static final class Jar implements CookieJar {
    private final List<Cookie> cookies = new ArrayList<>();

    @Override
    public void saveFromResponse(HttpUrl url, List<Cookie> set) {
      cookies.addAll(set);
    }

    @Override
    public List<Cookie> loadForRequest(HttpUrl url) {
      return List.copyOf(cookies);
    }
  }
}
