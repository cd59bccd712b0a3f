package dev.fugitive.client.routing;

import dev.fugitive.cache.content.ContentId;
import dev.fugitive.cache.content.Digest;
import dev.fugitive.client.wire.PeerMessage;
import dev.fugitive.client.wire.PeerMessage.ContentFound;
import dev.fugitive.client.wire.PeerMessage.FindContent;
import dev.fugitive.client.wire.PeerMessage.FindResource;
import dev.fugitive.client.wire.PeerMessage.ResourceFound;
import dev.fugitive.client.wire.WireLimits;
import java.util.List;
import java.util.function.BooleanSupplier;
import okio.ByteString;

/** Answers what peers ask, within the limits of the wire; with nothing while we do not share. */
final class Answering {
  private final OwnHoldings own;
  private final ResourceAnswers answers;
  private final BooleanSupplier sharing;

  Answering(OwnHoldings own, ResourceAnswers answers, BooleanSupplier sharing) {
    this.own = own;
    this.answers = answers;
    this.sharing = sharing;
  }

  PeerMessage answer(PeerMessage question) {
    return switch (question) {
      case FindResource(int id, ByteString keyed) -> new ResourceFound(id, vouchers(keyed));
      case FindContent(int id, Digest digest) -> new ContentFound(id, contents(digest));
      default -> throw new IllegalArgumentException(question + " (expected: a question)");
    };
  }

  private List<ByteString> vouchers(ByteString keyed) {
    if (!sharing.getAsBoolean()) {
      return List.of();
    }
    return own.resource(keyed).map(answers::vouchersFor).orElse(List.of()).stream()
        .filter(voucher -> voucher.size() > 0 && voucher.size() <= WireLimits.MAX_VOUCHER_BYTES)
        .limit(WireLimits.MAX_VOUCHERS)
        .toList();
  }

  private List<ContentId> contents(Digest digest) {
    if (!sharing.getAsBoolean()) {
      return List.of();
    }
    return answers.contentsWith(digest).stream().limit(WireLimits.MAX_FOUND_CONTENTS).toList();
  }
}
