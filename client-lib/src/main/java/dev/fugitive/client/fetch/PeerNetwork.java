package dev.fugitive.client.fetch;

import dev.fugitive.client.limits.OwnNetworks;
import dev.fugitive.client.limits.UploadPolicy;
import dev.fugitive.client.limits.UploadStanding;
import dev.fugitive.client.mesh.Mesh;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.transfer.Downloads;
import dev.fugitive.client.transfer.upload.UploadSettings;
import dev.fugitive.client.transfer.upload.Uploads;

/** All that reaches peers; a node without it is a caching client of origins. */
record PeerNetwork(Mesh mesh, Routing routing, Downloads downloads, Uploads uploads) {
  /**
   * Gives what is allowed from now on. What may not be given any more stops first; what may be, is
   * told last.
   */
  void allow(UploadStanding standing) {
    boolean allowed = standing.decision().isAllowed();
    UploadSettings settings = settings(standing.policy(), allowed);
    if (standing.policy().lanOnly()) {
      uploads.setSettings(settings, PeerNetwork::isNear);
    } else {
      uploads.allowAll();
      uploads.setSettings(settings);
    }
    mesh.setSharing(allowed);
    routing.setUploadRate(standing.policy().rateBytesPerSecond());
    routing.setSharing(allowed);
  }

  /** Whom nobody knows to be near is far. */
  private static boolean isNear(PeerSession session) {
    return session.remoteAddress().filter(OwnNetworks::contains).isPresent();
  }

  private static UploadSettings settings(UploadPolicy policy, boolean allowed) {
    return UploadSettings.OFF
        .withSharing(allowed)
        .withRate(policy.rateBytesPerSecond().orElse(UploadSettings.UNLIMITED))
        .withSlots(policy.slots(), policy.slots())
        .withRelaySlots(policy.relaySlots());
  }
}
