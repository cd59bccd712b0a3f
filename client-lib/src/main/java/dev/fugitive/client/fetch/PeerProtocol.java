package dev.fugitive.client.fetch;

import dev.fugitive.client.mesh.PeerHandler;
import dev.fugitive.client.mesh.PeerSession;
import dev.fugitive.client.mirror.OrderPost;
import dev.fugitive.client.routing.Routing;
import dev.fugitive.client.transfer.Downloads;
import dev.fugitive.client.transfer.upload.Uploads;
import dev.fugitive.client.wire.PeerMessage;
import java.util.concurrent.CompletableFuture;

/**
 * Brings each message of a peer to the part that it is for.
 *
 * @param introduced completed when a first peer has said what it holds
 */
record PeerProtocol(
    Routing routing,
    Downloads downloads,
    Uploads uploads,
    OrderPost orders,
    CompletableFuture<Void> introduced)
    implements PeerHandler {
  @Override
  public void onOpened(PeerSession session, PeerMessage.Hello hello) {
    routing.onOpened(session, hello);
    downloads.onOpened(session);
    orders.onOpened(session);
  }

  @Override
  public void onMessage(PeerSession session, PeerMessage message) {
    switch (message) {
      case PeerMessage.Holdings ignored -> {
        routing.onMessage(session, message);
        introduced.complete(null);
      }
      case PeerMessage.HoldingsDelta ignored -> routing.onMessage(session, message);
      case PeerMessage.FindResource ignored -> routing.onMessage(session, message);
      case PeerMessage.ResourceFound ignored -> routing.onMessage(session, message);
      case PeerMessage.ResourceComing ignored -> routing.onMessage(session, message);
      case PeerMessage.FindContent ignored -> routing.onMessage(session, message);
      case PeerMessage.ContentFound ignored -> routing.onMessage(session, message);
      case PeerMessage.FindAndSend question ->
          routing.onQuestion(session, question, uploads::begin);
      case PeerMessage.FoundAndSending ignored -> {
        // what is sent has its place before anybody learns of it
        downloads.onMessage(session, message);
        routing.onMessage(session, message);
      }
      case PeerMessage.Open open -> {
        downloads.onReader(session, open);
        uploads.onMessage(session, message);
      }
      case PeerMessage.Request ignored -> uploads.onMessage(session, message);
      case PeerMessage.Cancel ignored -> uploads.onMessage(session, message);
      case PeerMessage.Close close -> {
        downloads.onReaderGone(session, close);
        uploads.onMessage(session, message);
      }
      case PeerMessage.Have ignored -> downloads.onMessage(session, message);
      case PeerMessage.Refuse ignored -> downloads.onMessage(session, message);
      case PeerMessage.Chunks ignored -> downloads.onMessage(session, message);
      case PeerMessage.Supports ignored -> routing.onMessage(session, message);
      case PeerMessage.Nearby ignored -> routing.onMessage(session, message);
      case PeerMessage.NearbyDelta ignored -> routing.onMessage(session, message);
      case PeerMessage.NearbyGone ignored -> routing.onMessage(session, message);
      case PeerMessage.FindThrough ignored -> routing.onMessage(session, message);
      case PeerMessage.OpenThrough open -> {
        downloads.onReader(session, new PeerMessage.Open(open.transferId(), open.content()));
        uploads.onMessage(session, message);
      }
      case PeerMessage.CanReach ignored -> downloads.onMessage(session, message);
      case PeerMessage.Members members -> downloads.onMembers(session, members);
      case PeerMessage.Order ignored -> orders.onMessage(session, message);
      case PeerMessage.Report ignored -> orders.onMessage(session, message);
      // the session itself reads these
      case PeerMessage.Forward ignored -> {}
      case PeerMessage.Forwarded ignored -> {}
      case PeerMessage.Strand ignored -> {}
      case PeerMessage.Hello ignored -> {}
      case PeerMessage.Ping ignored -> {}
      case PeerMessage.Pong ignored -> {}
      case PeerMessage.Bye ignored -> {}
    }
  }

  @Override
  public void onClosed(PeerSession session, String reason) {
    routing.onClosed(session, reason);
    downloads.onClosed(session, reason);
    uploads.onClosed(session);
    orders.onClosed(session);
  }
}
