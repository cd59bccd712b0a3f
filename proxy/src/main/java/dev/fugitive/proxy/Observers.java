package dev.fugitive.proxy;

import dev.fugitive.client.fetch.FetchListener;
import dev.fugitive.client.fetch.FugitiveNode;
import dev.fugitive.proxy.config.Directories;
import dev.fugitive.proxy.config.Settings;
import dev.fugitive.proxy.control.live.FlowCounter;
import dev.fugitive.proxy.control.live.LiveView;
import dev.fugitive.proxy.control.live.RequestLog;
import dev.fugitive.proxy.control.metrics.NodeMetrics;
import java.time.InstantSource;

/** Those who hear of a proxy's fetches, to tell of them later. */
record Observers(RequestLog requests, FlowCounter flow, NodeMetrics metrics) {
  static Observers create() {
    return new Observers(
        new RequestLog(InstantSource.system(), System::nanoTime),
        new FlowCounter(),
        new NodeMetrics());
  }

  /** Tells all of them, and another. */
  FetchListener listener(FetchListener other) {
    return FetchListener.both(
        FetchListener.both(requests, flow), FetchListener.both(metrics, other));
  }

  /** Looks at the node, too, from now on. */
  LiveView observe(FugitiveNode node, Settings settings) {
    metrics.observe(node::status);
    return LiveView.start(
        node::status, flow, Directories.flowDaysFile(settings.stateDir()), InstantSource.system());
  }
}
