package dev.fugitive.proxy.control;

/** Where the PAC file comes from; asked once for each request, on a thread that may block. */
@FunctionalInterface
public interface PacSource {
  /** The file for a program that reaches the proxy as this {@code host:port}. */
  String script(String authority);
}
