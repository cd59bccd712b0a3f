package dev.fugitive.client.jdk;

import dev.fugitive.client.fetch.IntegrityException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** What goes wrong, as programs of the JDK's client know it. */
final class Failures {
  private Failures() {}

  /** The failure of an exchange before its head is there. */
  static IOException beforeHead(IOException failure) {
    if (failure instanceof SocketTimeoutException) {
      return caused(new HttpTimeoutException(failure.getMessage()), failure);
    }
    if (failure instanceof UnknownHostException) {
      return caused(new ConnectException(failure.getMessage()), failure);
    }
    return failure;
  }

  /**
   * The failure that {@code send} throws: of the kind that an exchange failed with, with the
   * sender's own stack.
   */
  static IOException forSender(ExecutionException failed) {
    Throwable cause = failed.getCause();
    String message = cause == null ? null : cause.getMessage();
    return switch (cause) {
      case IllegalArgumentException e -> throw new IllegalArgumentException(message, e);
      case SecurityException e -> throw new SecurityException(message, e);
      case IntegrityException e -> e;
      case HttpTimeoutException e -> caused(new HttpTimeoutException(message), e);
      case ConnectException e -> caused(new ConnectException(message), e);
      case SSLHandshakeException e -> new SSLHandshakeException(message, e);
      case SSLException e -> new SSLException(message, e);
      case ProtocolException e -> caused(new ProtocolException(message), e);
      case null, default -> new IOException(message, cause);
    };
  }

  private static <E extends IOException> E caused(E failure, @Nullable Throwable cause) {
    failure.initCause(cause);
    return failure;
  }
}
