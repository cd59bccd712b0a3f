package dev.fugitive.proxy.control;

/**
 * One thing that the control API can be asked for, or told to do. Called on virtual threads,
 * several at a time.
 */
public interface ApiRoute {
  /** Where it is, and for whom. */
  Endpoint endpoint();

  /**
   * Answers one request that was let in.
   *
   * @return maps, lists, strings, numbers, truth values and {@code Optional}s, as JSON has them
   * @throws ApiException with the status and the words of a refusal
   */
  Object answer(ApiRequest request) throws ApiException;

  /**
   * A method and a path, and who may use them.
   *
   * @param path below {@link ControlApi#PREFIX}, without a slash in front
   */
  record Endpoint(Method method, String path, Access access) {
    /** Tells what is no secret on this machine. */
    public static Endpoint open(String path) {
      return new Endpoint(Method.GET, path, Access.THIS_MACHINE);
    }

    /** Tells what is the user's own. */
    public static Endpoint secret(String path) {
      return new Endpoint(Method.GET, path, Access.WITH_TOKEN);
    }

    /** Changes something. */
    public static Endpoint changing(String path) {
      return new Endpoint(Method.POST, path, Access.WITH_TOKEN);
    }
  }

  /** What is done. */
  enum Method {
    /** Asks, and changes nothing. */
    GET,
    /** Changes. */
    POST
  }

  /** Who may. */
  enum Access {
    /** Every program on this machine. */
    THIS_MACHINE,
    /** Who has the token. */
    WITH_TOKEN
  }
}
