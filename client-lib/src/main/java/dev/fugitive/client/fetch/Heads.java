package dev.fugitive.client.fetch;

import dev.fugitive.cache.http.Fields;
import dev.fugitive.cache.http.RequestHead;
import dev.fugitive.cache.http.ResponseHead;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** OkHttp's requests and responses as the plain heads that decisions are made over, and back. */
final class Heads {
  private Heads() {}

  static RequestHead of(Request request) {
    return new RequestHead(request.method(), request.url().toString(), fields(request.headers()));
  }

  static ResponseHead of(Response response) {
    return new ResponseHead(response.code(), response.message(), fields(response.headers()));
  }

  /** The request with the fields of another head; method, URL, body and tags stay. */
  static Request withFields(Request request, Fields fields) {
    return request.newBuilder().headers(headers(fields)).build();
  }

  /** A response that no network gave. */
  static Response response(Request request, ResponseHead head, ResponseBody body) {
    return new Response.Builder()
        .request(request)
        .protocol(Protocol.HTTP_1_1)
        .code(head.status())
        .message(head.reason())
        .headers(headers(head.fields()))
        .body(body)
        .build();
  }

  /** The response with some more fields at the end. */
  static Response withAdded(Response response, Fields added) {
    if (added.lines().isEmpty()) {
      return response;
    }
    Response.Builder more = response.newBuilder();
    added.lines().forEach(line -> more.addHeader(line.name(), line.value()));
    return more.build();
  }

  static Response withFields(Response response, Fields fields) {
    return response.newBuilder().headers(headers(fields)).build();
  }

  /**
   * The head without our own member of Cache-Status, which is written where the request entered.
   */
  static ResponseHead withoutCacheStatus(ResponseHead head) {
    return new ResponseHead(head.status(), head.reason(), head.fields().without("Cache-Status"));
  }

  static Fields fields(Headers headers) {
    List<Fields.Field> lines = new ArrayList<>(headers.size());
    for (int i = 0; i < headers.size(); i++) {
      lines.add(new Fields.Field(headers.name(i), headers.value(i)));
    }
    return new Fields(lines);
  }

  static Headers headers(Fields fields) {
    Headers.Builder headers = new Headers.Builder();
    for (Fields.Field line : fields.lines()) {
      headers.addUnsafeNonAscii(line.name(), line.value());
    }
    return headers.build();
  }
}
