package dev.fugitive.proxy.control;

/** A request to the control API that is refused, with the status and the words of the answer. */
public final class ApiException extends Exception {
  private final int status;

  private ApiException(int status, String words) {
    super(words, null, false, false);
    this.status = status;
  }

  /** 400: something in it is not as it must be; the words name it and what was expected. */
  public static ApiException malformed(String words) {
    return new ApiException(400, words);
  }

  /** 401: who asks has not shown the token. */
  static ApiException withoutToken() {
    return new ApiException(
        401, "token: none or a wrong one (expected: Authorization: Bearer TOKEN)");
  }

  /** 403: who asks may not. */
  static ApiException forbidden(String words) {
    return new ApiException(403, words);
  }

  /** 404: what it names is not there. */
  public static ApiException notFound(String words) {
    return new ApiException(404, words);
  }

  /** 405: that is not done there. */
  static ApiException notAllowed(String words) {
    return new ApiException(405, words);
  }

  /** 409: it cannot be done as things are. */
  public static ApiException impossible(String words) {
    return new ApiException(409, words);
  }

  /** 415: the body is of another type. */
  static ApiException mediaType(String words) {
    return new ApiException(415, words);
  }

  /** Of the answer, as HTTP has it. */
  public int status() {
    return status;
  }

  /** Of the answer: one line. */
  public String words() {
    return String.valueOf(getMessage());
  }
}
