package dev.fugitive.proxy.control.api;

import dev.fugitive.client.trust.Why;

/** Says in a sentence what the API otherwise names by a token. */
final class Words {
  private Words() {}

  /** Why no peer gave anything, and what would help. */
  static String of(Why why) {
    return switch (why) {
      case NO_EVIDENCE ->
          "Nothing stated what the content is, so no peer could be believed. Vouchers of a key that"
              + " you trust, or a digest from the site, would have helped.";
      case NO_ROOT ->
          "Only a digest of the whole was known, and the body is too long to wait until all of it"
              + " is proven.";
      case NO_PEER -> "No peer has it, and none that a peer knows of.";
      case NOT_SHAREABLE -> "It is private: neither asked of peers nor told to them.";
      case TOO_SMALL -> "It is so short that asking a peer would have cost more.";
      case SHARING_OFF -> "Peers are there, but none of them uploads.";
      case BUSY -> "Every peer that has it was busy.";
      case NOT_ALLOWED -> "Every peer that has it refused.";
      case PEERS_OFF -> "Peers cannot be reached at all.";
      case CONTRADICTION ->
          "Keys that you trust vouch for different contents, so the origin was asked.";
      case PEERS_FAILED -> "Peers were asked, but the origin was faster, or they failed.";
    };
  }
}
