package dev.fugitive.client.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FollowUpInterceptorTest {
  private static final RequestBody BODY = RequestBody.create("body", MediaType.get("text/plain"));

  @ParameterizedTest
  @CsvSource({
    "301, POST, GET",
    "302, POST, GET",
    "303, PUT, GET",
    "307, POST, POST",
    "308, PUT, PUT"
  })
  void theMethodIsKeptOnlyWhereTheStatusSaysSo(int status, String method, String expected) {
    Request request = new Request.Builder().url("http://a.test/x").method(method, BODY).build();

    Request next = redirect(request, status, "/y");

    assertThat(next.method()).isEqualTo(expected);
    assertThat(next.url()).hasToString("http://a.test/y");
    assertThat(next.body() != null).isEqualTo(expected.equals(method));
  }

  @Test
  void credentialsStayWithTheirOrigin() {
    Request request =
        new Request.Builder()
            .url("https://a.test/x")
            .header("Authorization", "secret")
            .header("Cookie", "secret")
            .build();

    assertThat(redirect(request, 302, "https://b.test/").headers().names()).isEmpty();
    assertThat(redirect(request, 302, "http://a.test/").headers().names()).isEmpty();
    assertThat(redirect(request, 302, "/y").header("Authorization")).isEqualTo("secret");
  }

  @Test
  void otherAnswersAreFinal() {
    Request request = new Request.Builder().url("http://a.test/x").build();

    assertThat(next(request, 200, "/y")).isNull();
    assertThat(next(request, 304, "/y")).isNull();
    assertThat(next(request, 302, null)).isNull();
    assertThat(next(request, 302, "ftp://b.test/")).isNull();
  }

  @Test
  void aRedirectIsFollowedOnlyAsFarAsTheProgramWants() throws IOException {
    Request request = new Request.Builder().url("http://a.test/x").build();
    OkHttpClient never = new OkHttpClient.Builder().followRedirects(false).build();
    OkHttpClient sameScheme = new OkHttpClient.Builder().followSslRedirects(false).build();

    assertThat(new FollowUpInterceptor(never).next(response(request, 302, "/y"))).isNull();
    assertThat(new FollowUpInterceptor(sameScheme).next(response(request, 302, "https://a.test/y")))
        .isNull();
  }

  private static @Nullable Request next(Request request, int status, @Nullable String location) {
    try {
      return new FollowUpInterceptor(new OkHttpClient()).next(response(request, status, location));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Request redirect(Request request, int status, String location) {
    return Objects.requireNonNull(next(request, status, location));
  }

  private static Response response(Request request, int status, @Nullable String location) {
    Response.Builder response =
        new Response.Builder()
            .request(request)
            .protocol(Protocol.HTTP_1_1)
            .code(status)
            .message("")
            .body(ResponseBody.EMPTY);
    if (location != null) {
      response.header("Location", location);
    }
    return response.build();
  }
}
