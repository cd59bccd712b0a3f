package dev.fugitive.client.fetch;

import okhttp3.Call;
import okhttp3.EventListener;

/** Carries {@link Call#cancel} to everything that a call waits for besides OkHttp's own sockets. */
final class CancelListener extends EventListener {
  static final CancelListener INSTANCE = new CancelListener();

  private CancelListener() {}

  @Override
  public void canceled(Call call) {
    Cancellation.of(call).cancel();
  }
}
