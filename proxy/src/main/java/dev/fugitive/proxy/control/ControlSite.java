package dev.fugitive.proxy.control;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.proxy.desktop.PacFile;
import dev.fugitive.proxy.http.SelfResponder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okio.ByteString;

/**
 * The pages of the proxy itself: {@code /} for people, {@code /status} for programs, {@code
 * /metrics} for Prometheus, and {@code /proxy.pac} for what asks which way to go.
 *
 * <p>A page in a browser can send requests here, so every request is checked: its {@code Host} must
 * be one of the proxy's own names (the front end has seen to that), and its {@code Origin}, if it
 * has one, too. Nothing is allowed to other origins, nothing may be framed, and only the {@link
 * ControlApi} changes anything.
 */
public final class ControlSite implements SelfResponder {
  private static final Fields HARDENING =
      Fields.of(
          "Cache-Control", "no-store",
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer",
          "Cross-Origin-Resource-Policy", "same-origin");

  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");

  private final StatusSource status;
  private final PacSource pac;
  private final MetricsSource metrics;
  private final ControlApi api;
  private final Page page = new Page();

  public ControlSite(StatusSource status, PacSource pac, MetricsSource metrics, ControlApi api) {
    this.status = status;
    this.pac = pac;
    this.metrics = metrics;
    this.api = api;
  }

  @Override
  public Answer answer(Question question) {
    Answer answer = answerTo(question);
    Fields fields = HARDENING;
    for (Fields.Field line : answer.fields().lines()) {
      fields = fields.with(line.name(), line.value());
    }
    return new Answer(answer.status(), fields, answer.body());
  }

  private Answer answerTo(Question question) {
    RequestHead head = question.head();
    String host = head.fields().first("Host").orElse("");
    if (!isFromItself(head.fields().all("Origin"), host)) {
      return text(403, "Origin: not this proxy (expected: http://" + host + " or none)\n");
    }
    String path = pathOf(head.url());
    if (ControlApi.has(path)) {
      return api.answer(question);
    }
    if (!question.client().isLoopbackAddress() && !path.equals(PacFile.PATH)) {
      return text(403, "client: not on this machine (expected: a loopback address)\n");
    }
    if (!SAFE_METHODS.contains(head.method())) {
      Answer refused = text(405, "method: not allowed here (expected: GET or HEAD)\n");
      return new Answer(
          refused.status(), refused.fields().with("Allow", "GET, HEAD"), refused.body());
    }
    return switch (path) {
      case "/" -> wantsPage(head.fields()) ? page.index() : text(200, welcome());
      case "/status" -> status(head.fields());
      case "/metrics" -> answer(200, MetricsSource.MEDIA_TYPE, metrics.scrape());
      case PacFile.PATH -> answer(200, PacFile.MEDIA_TYPE, pac.script(host));
      default -> fileOf(path);
    };
  }

  /** Browsers say that they take HTML; other programs get text. */
  private static boolean wantsPage(Fields fields) {
    return fields.all("Accept").stream().anyMatch(value -> value.contains("text/html"));
  }

  private Answer fileOf(String path) {
    return Optional.of(path)
        .filter(asked -> asked.startsWith(Page.PREFIX))
        .flatMap(asked -> page.file(asked.substring(Page.PREFIX.length())))
        .orElseGet(() ->
            text(
                404,
                "path: "
                    + path
                    + " (expected: /, /status, /metrics, /proxy.pac or /api/v1/...)\n"));
  }

  private Answer status(Fields fields) {
    boolean plain = fields.all("Accept").stream().anyMatch(value -> value.startsWith("text/plain"));
    return plain
        ? text(200, StatusText.plain(status.report()))
        : answer(200, "application/json", StatusText.json(status.report()));
  }

  private String welcome() {
    return "This is Fugitive, an HTTP proxy. Set it as the proxy of your programs;"
        + " it is no web site.\n\n"
        + StatusText.plain(status.report());
  }

  private static boolean isFromItself(List<String> origins, String host) {
    return origins.isEmpty()
        || (origins.size() == 1 && origins.getFirst().equalsIgnoreCase("http://" + host));
  }

  static String pathOf(String target) {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  private static Answer text(int status, String words) {
    Answer plain = answer(status, "text/plain; charset=utf-8", words);
    return status < 400 ? plain : asRefusal(plain);
  }

  /**
   * RFC 9209: by this field a client tells a proxy's refusal from that of whoever else it asked.
   */
  private static Answer asRefusal(Answer plain) {
    Fields fields = plain.fields().with("Proxy-Status", "fugitive; error=http_request_error");
    return new Answer(plain.status(), fields, plain.body());
  }

  private static Answer answer(int status, String mediaType, String body) {
    return new Answer(status, Fields.of("Content-Type", mediaType), ByteString.encodeUtf8(body));
  }
}
