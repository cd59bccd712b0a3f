package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.ControlApi;
import dev.fugitive.proxy.control.ControlSite;
import dev.fugitive.proxy.control.ControlToken;
import dev.fugitive.proxy.control.StatusSource;
import dev.fugitive.proxy.control.api.BanRoute;
import dev.fugitive.proxy.control.api.ChangeLimitsRoute;
import dev.fugitive.proxy.control.api.LimitsRoute;
import dev.fugitive.proxy.control.api.PardonRoute;
import dev.fugitive.proxy.control.api.PauseRoute;
import dev.fugitive.proxy.control.api.ResumeRoute;
import dev.fugitive.proxy.control.api.StatusRoute;
import dev.fugitive.proxy.control.api.UploadControls;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** Puts together what the proxy answers about itself: its pages and its control API. */
final class ControlRoom {
  private ControlRoom() {}

  static ControlSite open(Settings settings, FugitiveNode node, StatusSource status)
      throws SettingsException {
    ControlApi api = new ControlApi(token(settings), routes(settings, node, status));
    return new ControlSite(status, new Pac(settings), api);
  }

  /** What the control API can be asked and told. */
  private static List<ApiRoute> routes(Settings settings, FugitiveNode node, StatusSource status) {
    NodeControls controls = new NodeControls(node);
    UploadControls uploads = new LiveUploads(node, settings, InstantSource.system());
    return List.of(
        new StatusRoute(status),
        new BanRoute(controls),
        new PardonRoute(controls),
        new LimitsRoute(uploads),
        new ChangeLimitsRoute(uploads),
        new PauseRoute(uploads),
        new ResumeRoute(uploads));
  }

  private static ControlToken token(Settings settings) throws SettingsException {
    try {
      return ControlToken.loadOrCreate(Directories.controlTokenFile(settings.stateDir()));
    } catch (IOException unusable) {
      throw new SettingsException(String.valueOf(unusable.getMessage()));
    }
  }
}
