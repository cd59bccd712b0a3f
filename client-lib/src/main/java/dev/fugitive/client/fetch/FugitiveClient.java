package dev.fugitive.client.fetch;

import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * A drop-in {@link Call.Factory}: calls are answered from this node's cache, from peers, or from
 * the origin, and nothing else about them differs.
 *
 * <p>Take it from {@link FugitiveNode#client()}. It lives as long as its node and is safe for use
 * by any number of threads.
 */
public final class FugitiveClient implements Call.Factory {
  private final OkHttpClient path;

  FugitiveClient(OkHttpClient path) {
    this.path = path;
  }

  /**
   * Prepares a call.
   *
   * @param request may carry {@code Fugitive-Integrity: sha256-BASE64} (SRI syntax): the body then
   *     has that digest, or reading it fails with {@link IntegrityException}
   */
  @Override
  public Call newCall(Request request) {
    return path.newCall(new FetchTrace().attachTo(request));
  }
}
