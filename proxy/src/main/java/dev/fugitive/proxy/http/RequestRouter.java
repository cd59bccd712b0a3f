package dev.fugitive.proxy.http;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.HopByHop;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.client.trust.EvidenceRules;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Decides what is done with a request, from its head alone and without I/O.
 *
 * <p>Everything that names the origin (URL, upstream {@code Host}, TLS name, cache key) comes from
 * one {@link Authority}, parsed once: the request target's, when it has one (RFC 9112 section
 * 3.2.2).
 */
final class RequestRouter {
  private static final Set<String> NO_BODY_METHODS = Set.of("GET", "HEAD");

  private final FrontEndSettings settings;
  private final Pseudonym pseudonym;
  private final Set<String> ownAuthorities;

  /** The own authorities are lower-case {@code host:port} values under which this proxy answers. */
  RequestRouter(FrontEndSettings settings, Pseudonym pseudonym, Set<String> ownAuthorities) {
    this.settings = settings;
    this.pseudonym = pseudonym;
    this.ownAuthorities = Set.copyOf(ownAuthorities);
  }

  /** Routes a head whose URL is the request target as received. */
  Route route(RequestHead head, String version) {
    Fields fields = head.fields();
    Optional<Route> refused = refuseByFields(head, version);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (settings.mirror().isPresent()) {
      return MirrorRoutes.route(settings.mirror().get(), pseudonym, head, version);
    }
    if (head.method().equals("CONNECT")) {
      return tunnel(head);
    }
    if (pseudonym.isIn(fields)) {
      return refuse(Refusal.loop("loop: this request has passed through this proxy before"));
    }
    if (head.url().startsWith("/") || head.url().equals("*")) {
      return control(head);
    }
    return head.method().equals("OPTIONS") || head.method().equals("TRACE")
        ? absoluteWithinForwards(head, version)
        : absolute(head, version);
  }

  /**
   * Routes a request that came inside a decrypted tunnel, as one for https to the tunnel's target.
   *
   * <p>RFC 9110 section 7.4: whom it names must be whom the client was connected to, because the
   * certificate that it has seen spoke for that host alone.
   *
   * @param received the HTTP version of the client's hop, for Via
   */
  Route routeWithin(Authority target, RequestHead head, String version, String received) {
    Fields fields = head.fields();
    Optional<Route> refused = refuseByFields(head, version);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (pseudonym.isIn(fields)) {
      return refuse(Refusal.loop("loop: this request has passed through this proxy before"));
    }
    Optional<Authority> host = fields.first("Host").flatMap(text -> Authority.parse(text, 443));
    if (head.method().equals("CONNECT") || (host.isPresent() && !host.get().equals(target))) {
      return refuse(Refusal.misdirectedWithin(target, fields.first("Host").orElse("none")));
    }
    Optional<String> url = urlWithin(target, head);
    if (url.isEmpty()) {
      return refuse(Refusal.misdirectedWithin(target, "another in the request target"));
    }
    RequestHead absolute = new RequestHead(head.method(), url.get(), fields);
    return head.method().equals("OPTIONS") || head.method().equals("TRACE")
        ? absoluteWithinForwards(absolute, "HTTP/" + received)
        : absolute(absolute, "HTTP/" + received);
  }

  /** RFC 9112 section 3.3: the URL that a request target in any form means on this connection. */
  private static Optional<String> urlWithin(Authority target, RequestHead head) {
    String path = head.url();
    if (path.startsWith("/")) {
      return Optional.of("https://" + target + path);
    }
    if (path.equals("*") && head.method().equals("OPTIONS")) {
      return Optional.of("https://" + target);
    }
    if (!startsWithIgnoreCase(path, "https://")) {
      return Optional.empty();
    }
    String afterScheme = path.substring(8);
    return Authority.parse(afterScheme.substring(0, indexOfAny(afterScheme, "/?")), 443)
        .filter(target::equals)
        .map(same -> path);
  }

  /** RFC 9110 section 7.6.2: a count that has run out ends here, any other is one less. */
  private Route absoluteWithinForwards(RequestHead head, String version) {
    Optional<String> left = head.fields().first("Max-Forwards");
    if (left.isEmpty() || !left.get().matches("[0-9]{1,9}")) {
      return absolute(head, version);
    }
    int forwards = Integer.parseInt(left.get());
    if (forwards == 0) {
      return new Route.Final(head, FinalRecipient.answer(head, version));
    }
    Fields fields = head.fields().with("Max-Forwards", Integer.toString(forwards - 1));
    return absolute(new RequestHead(head.method(), head.url(), fields), version);
  }

  private Optional<Route> refuseByFields(RequestHead head, String version) {
    Fields fields = head.fields();
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      return Optional.of(close(Refusal.version(version)));
    }
    List<String> hosts = fields.all("Host");
    if (hosts.size() > 1 || (hosts.isEmpty() && version.equals("HTTP/1.1"))) {
      return Optional.of(close(Refusal.host("Host fields: " + hosts.size() + " (expected: 1)")));
    }
    if (!hosts.isEmpty() && Authority.parse(hosts.getFirst(), 80).isEmpty()) {
      return Optional.of(close(Refusal.host("Host field (expected: host or host:port)")));
    }
    List<String> codings = fields.all("Transfer-Encoding");
    if (!codings.isEmpty()
        && !(codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked"))) {
      return Optional.of(close(Refusal.transferCoding(String.join(", ", codings))));
    }
    if (fields.has("Sec-WebSocket-Key1")) {
      return Optional.of(close(Refusal.malformed("Sec-WebSocket-Key1 (expected: RFC 6455)")));
    }
    return refuseByBody(fields);
  }

  private Optional<Route> refuseByBody(Fields fields) {
    if (RequestBodyShape.of(fields) instanceof RequestBodyShape.Sized(long lengthBytes)
        && lengthBytes > settings.limits().bodyBytes()) {
      return Optional.of(close(Refusal.bodyTooLong(lengthBytes, settings.limits().bodyBytes())));
    }
    return fields.all("Expect").stream()
        .filter(expectation -> !expectation.equalsIgnoreCase("100-continue"))
        .findFirst()
        .map(expectation -> close(Refusal.expectation(expectation)));
  }

  /** RFC 9110 section 9.3.6: authority-form with an explicit port, to ports that speak TLS. */
  private Route tunnel(RequestHead head) {
    Optional<Authority> target = Authority.parse(head.url(), 0);
    if (target.isEmpty()) {
      return close(Refusal.target("CONNECT target (expected: host:port)"));
    }
    if (!RequestBodyShape.of(head.fields()).isEmpty()) {
      return close(Refusal.framing("CONNECT with a body"));
    }
    if (isOwn(target.get())) {
      return refuse(Refusal.loop(target.get() + " is this proxy itself"));
    }
    if (!settings.mayTunnelTo(target.get())) {
      return refuse(Refusal.tunnelPort(target.get()));
    }
    return new Route.Tunnel(target.get());
  }

  private Route control(RequestHead head) {
    String host = head.fields().first("Host").orElse("");
    return ownAuthorities.contains(host.toLowerCase(Locale.ROOT))
        ? new Route.Control(head)
        : refuse(Refusal.misdirected(host.isEmpty() ? "none" : host));
  }

  private Route absolute(RequestHead head, String version) {
    String target = head.url();
    boolean tls = startsWithIgnoreCase(target, "https://");
    if (!tls && !startsWithIgnoreCase(target, "http://")) {
      return close(Refusal.target("request target (expected: an http or https URL, or a path)"));
    }
    String afterScheme = target.substring(tls ? 8 : 7);
    int authorityEnd = indexOfAny(afterScheme, "/?");
    Optional<Authority> origin =
        Authority.parse(afterScheme.substring(0, authorityEnd), tls ? 443 : 80);
    if (origin.isEmpty() || target.indexOf('#') >= 0) {
      return close(Refusal.target("URL (expected: host or host:port, no user name, no fragment)"));
    }
    if (isOwn(origin.get())) {
      return refuse(Refusal.loop(origin.get() + " is this proxy itself; ask it without a proxy"));
    }
    return forward(head, version, tls, origin.get(), afterScheme.substring(authorityEnd));
  }

  private Route forward(
      RequestHead head, String version, boolean tls, Authority origin, String pathAndQuery) {
    RequestBodyShape body = RequestBodyShape.of(head.fields());
    boolean upgrade = wantsUpgrade(head, version);
    String target = pathAndQuery.startsWith("/") ? pathAndQuery : "/" + pathAndQuery;
    Fields onward =
        pseudonym.addTo(
            HopByHop.removeFrom(head.fields()).without("Host").without("Expect"),
            version.substring("HTTP/".length()));
    HttpUrl url = HttpUrl.parse((tls ? "https://" : "http://") + origin + target);
    if (url == null) {
      return close(Refusal.target("URL (expected: an http or https URL)"));
    }
    boolean expects = expectsContinue(head.fields(), version, body);
    boolean serverWide = head.method().equals("OPTIONS") && pathAndQuery.isEmpty();
    boolean expressible =
        !upgrade
            && !expects
            && !serverWide
            && pathAndQueryOf(url).equals(target)
            && isUtf8(onward)
            && (body.isEmpty() || !NO_BODY_METHODS.contains(head.method()));
    if (expressible) {
      return new Route.Fetch(url, head.method(), onward, body);
    }
    Fields raw =
        onward
            .without(EvidenceRules.INTEGRITY_FIELD)
            .with("Host", origin.toHostField(tls ? 443 : 80));
    return new Route.PassThrough(
        origin,
        tls,
        head.method(),
        serverWide ? "*" : target,
        upgrade ? keepUpgrade(raw, head.fields()) : keepTrailersAndExpectation(raw, head, expects),
        body);
  }

  /**
   * RFC 9110 section 10.1.1: a proxy forwards the expectation, and the origin's answer to it; only
   * what passes through can do that, since the body must flow whether the 100 comes or not. In
   * HTTP/1.0 it is ignored.
   */
  private static boolean expectsContinue(Fields fields, String version, RequestBodyShape body) {
    return fields.has("Expect") && version.equals("HTTP/1.1") && !body.isEmpty();
  }

  /** RFC 9110 section 10.1.4: TE is of the hop, so ours names itself in Connection. */
  private static Fields keepTrailersAndExpectation(
      Fields onward, RequestHead head, boolean expects) {
    Fields kept = expects ? onward.with("Expect", "100-continue") : onward;
    return FieldLists.members(head.fields(), "TE").contains("trailers")
        ? kept.with("TE", "trailers").with("Connection", "TE, close")
        : kept;
  }

  /**
   * RFC 9110 section 7.8; in HTTP/1.0 it is ignored, and h2c never passes: it would put a protocol
   * we cannot follow on the hop.
   */
  private static boolean wantsUpgrade(RequestHead head, String version) {
    List<String> protocols = FieldLists.members(head.fields(), "Upgrade");
    return version.equals("HTTP/1.1")
        && FieldLists.members(head.fields(), "Connection").contains("upgrade")
        && !protocols.isEmpty()
        && protocols.stream().noneMatch(protocol -> protocol.startsWith("h2c"))
        && RequestBodyShape.of(head.fields()).isEmpty();
  }

  private static Fields keepUpgrade(Fields onward, Fields received) {
    return onward
        .with("Connection", "Upgrade")
        .with("Upgrade", String.join(", ", received.all("Upgrade")));
  }

  private boolean isOwn(Authority authority) {
    return ownAuthorities.contains(authority.toString());
  }

  private static Route refuse(Refusal refusal) {
    return new Route.Refuse(refusal, false);
  }

  private static Route close(Refusal refusal) {
    return new Route.Refuse(refusal, true);
  }

  private static String pathAndQueryOf(HttpUrl url) {
    String query = url.encodedQuery();
    return query == null ? url.encodedPath() : url.encodedPath() + "?" + query;
  }

  private static boolean startsWithIgnoreCase(String text, String prefix) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  private static int indexOfAny(String text, String ends) {
    for (int i = 0; i < text.length(); i++) {
      if (ends.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  /** Whether every value, held here as one character a byte, is UTF-8, as OkHttp will write it. */
  private static boolean isUtf8(Fields fields) {
    return fields.lines().stream().allMatch(line -> isUtf8(line.value()));
  }

  private static boolean isUtf8(String latin1) {
    if (latin1.chars().allMatch(value -> value < 0x80)) {
      return true;
    }
    try {
      byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException notUtf8) {
      return false;
    }
  }
}
