package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.client.mirror.Mirror;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.config.SettingsException;
import dev.fugitive.proxy.control.ApiRoute;
import dev.fugitive.proxy.control.ControlApi;
import dev.fugitive.proxy.control.ControlSite;
import dev.fugitive.proxy.control.ControlToken;
import dev.fugitive.proxy.control.StatusSource;
import dev.fugitive.proxy.control.api.BanRoute;
import dev.fugitive.proxy.control.api.BytesRoute;
import dev.fugitive.proxy.control.api.ChangeLimitsRoute;
import dev.fugitive.proxy.control.api.ChangeMirrorRoute;
import dev.fugitive.proxy.control.api.Controls;
import dev.fugitive.proxy.control.api.ExplainRoute;
import dev.fugitive.proxy.control.api.LimitsRoute;
import dev.fugitive.proxy.control.api.MeshRoute;
import dev.fugitive.proxy.control.api.MirrorRoute;
import dev.fugitive.proxy.control.api.PardonRoute;
import dev.fugitive.proxy.control.api.PauseRoute;
import dev.fugitive.proxy.control.api.PeersRoute;
import dev.fugitive.proxy.control.api.RequestsRoute;
import dev.fugitive.proxy.control.api.ResumeRoute;
import dev.fugitive.proxy.control.api.StatusRoute;
import dev.fugitive.proxy.control.api.StockRoute;
import dev.fugitive.proxy.control.api.TrustRoute;
import dev.fugitive.proxy.control.api.UploadControls;
import dev.fugitive.proxy.control.live.LiveView;
import dev.fugitive.proxy.text.FileWords;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts together what the proxy answers about itself: its pages and its control API. */
record ControlRoom(
    Settings settings,
    FugitiveNode node,
    Optional<Mirror> mirror,
    Observers observers,
    LiveView live,
    StatusSource status) {

  ControlSite open() throws SettingsException {
    return new ControlSite(
        status, new Pac(settings), observers.metrics(), new ControlApi(token(), routes()));
  }

  /** What the control API can be asked and told. */
  private List<ApiRoute> routes() {
    Controls controls = new NodeControls(node);
    UploadControls uploads = new LiveUploads(node, settings, InstantSource.system());
    List<ApiRoute> routes = new ArrayList<>(StockRoute.all(node.stock(), node::seeders));
    routes.addAll(
        List.of(
            new ExplainRoute(node),
            new StatusRoute(status),
            new MirrorRoute(mirror),
            new ChangeMirrorRoute(mirror),
            new BytesRoute(live),
            new PeersRoute(node::status, live),
            new MeshRoute(node::status, live),
            new RequestsRoute(observers.requests(), () -> node.status().trust()),
            new TrustRoute(node::status),
            new BanRoute(controls),
            new PardonRoute(controls),
            new LimitsRoute(uploads),
            new ChangeLimitsRoute(uploads),
            new PauseRoute(uploads),
            new ResumeRoute(uploads)));
    return routes;
  }

  private ControlToken token() throws SettingsException {
    try {
      return ControlToken.loadOrCreate(Directories.controlTokenFile(settings.stateDir()));
    } catch (IOException unusable) {
      throw new SettingsException(FileWords.of(unusable));
    }
  }
}
