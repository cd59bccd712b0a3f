package dev.fugitive.client.fetch;

import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import okio.ByteString;

/** Answers as a server does that knows HEAD: the length of the body, and no body. */
final class HeadAware {
  private HeadAware() {}

  static MockResponse answer(
      RecordedRequest request, MockResponse.Builder response, ByteString body) {
    return request.getMethod().equals("HEAD")
        ? response.setHeader("Content-Length", body.size()).build()
        : response.body(new Buffer().write(body)).build();
  }
}
