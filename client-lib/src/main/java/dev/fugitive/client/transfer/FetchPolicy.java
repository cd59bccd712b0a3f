package dev.fugitive.client.transfer;

/** When the origin takes part in fetching a content that peers hold. */
public enum FetchPolicy {
  /** Peers first; the origin only for what nobody gives in time. */
  OFFLOAD,
  /** The origin starts too; whoever is ahead wins. */
  LATENCY
}
