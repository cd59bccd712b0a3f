package dev.fugitive.client.trust;

/** Why an answer stays between this node and the origin. */
public enum NotShareableReason {
  METHOD("only answers to GET are shared"),
  AUTHORIZATION("the request carries credentials"),
  COOKIE("the request carries a cookie, and nobody published a digest of the content"),
  UNKEYED_FIELD("the request carries a field that may change the answer unseen"),
  REQUEST_NO_STORE("the request says no-store"),
  EXCLUDED_HOST("the user excluded the host"),
  PRIVATE_ADDRESS("the origin's address is not public"),
  STATUS("only 200 is shared"),
  SET_COOKIE("the answer sets a cookie"),
  NO_STORE("the answer says no-store"),
  PRIVATE("the answer says private"),
  VARY("the answer varies on what a cache cannot see or must not share"),
  PARTS("parts are together that no entity tag shows to be the same for everybody"),
  NOT_STORABLE("the answer has neither a lifetime nor a validator, or contradicts itself");

  private final String explanation;

  NotShareableReason(String explanation) {
    this.explanation = explanation;
  }

  /** In words, for whoever asks why. */
  public String explanation() {
    return explanation;
  }
}
