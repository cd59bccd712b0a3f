package dev.fugitive.client.wire;

import java.util.Arrays;

/**
 * The kinds of messages with their ids on the wire and their number of fields.
 *
 * <p>Ids 0 to {@value #LAST_CORE_ID} belong to this version: one of them that is not listed here is
 * malformed. Ids {@value #FIRST_EXTENSION_ID} to {@value #LAST_EXTENSION_ID} are for additions that
 * a peer may ignore: those that are not listed are skipped and counted. Larger ones do not exist.
 */
enum MessageType {
  HELLO(1, 3, PeerMessage.Hello.class),
  BYE(2, 1, PeerMessage.Bye.class),
  PING(3, 1, PeerMessage.Ping.class),
  PONG(4, 1, PeerMessage.Pong.class),
  HOLDINGS(8, 6, PeerMessage.Holdings.class),
  HOLDINGS_DELTA(9, 2, PeerMessage.HoldingsDelta.class),
  FIND_RESOURCE(10, 2, PeerMessage.FindResource.class),
  RESOURCE_FOUND(11, 2, PeerMessage.ResourceFound.class),
  FIND_CONTENT(12, 3, PeerMessage.FindContent.class),
  CONTENT_FOUND(13, 2, PeerMessage.ContentFound.class),
  OPEN(16, 3, PeerMessage.Open.class),
  HAVE(17, 2, PeerMessage.Have.class),
  REFUSE(18, 3, PeerMessage.Refuse.class),
  REQUEST(19, 3, PeerMessage.Request.class),
  CHUNKS(20, 6, PeerMessage.Chunks.class),
  CANCEL(21, 3, PeerMessage.Cancel.class),
  CLOSE(22, 1, PeerMessage.Close.class),
  SUPPORTS(32, 1, PeerMessage.Supports.class),
  NEARBY(33, 7, PeerMessage.Nearby.class),
  NEARBY_DELTA(34, 3, PeerMessage.NearbyDelta.class),
  NEARBY_GONE(35, 1, PeerMessage.NearbyGone.class),
  FIND_THROUGH(36, 3, PeerMessage.FindThrough.class),
  OPEN_THROUGH(37, 3, PeerMessage.OpenThrough.class),
  CAN_REACH(38, 3, PeerMessage.CanReach.class),
  FORWARD(39, 2, PeerMessage.Forward.class),
  FORWARDED(40, 2, PeerMessage.Forwarded.class),
  ORDER(41, 1, PeerMessage.Order.class),
  REPORT(42, 1, PeerMessage.Report.class),
  MEMBERS(43, 2, PeerMessage.Members.class),
  FIND_AND_SEND(44, 4, PeerMessage.FindAndSend.class),
  FOUND_AND_SENDING(45, 5, PeerMessage.FoundAndSending.class),
  RESOURCE_COMING(46, 1, PeerMessage.ResourceComing.class),
  STRAND(48, 2, PeerMessage.Strand.class);

  static final int LAST_CORE_ID = 31;
  static final int FIRST_EXTENSION_ID = 32;
  static final int LAST_EXTENSION_ID = 127;

  private static final MessageType[] BY_ID = new MessageType[LAST_EXTENSION_ID + 1];

  static {
    for (MessageType type : values()) {
      BY_ID[type.id] = type;
    }
  }

  private final int id;
  private final int fieldCount;
  private final Class<? extends PeerMessage> messageClass;

  MessageType(int id, int fieldCount, Class<? extends PeerMessage> messageClass) {
    this.id = id;
    this.fieldCount = fieldCount;
    this.messageClass = messageClass;
  }

  int id() {
    return id;
  }

  int fieldCount() {
    return fieldCount;
  }

  Class<? extends PeerMessage> messageClass() {
    return messageClass;
  }

  /** Whether a message of this id is skipped: an addition that this code does not know. */
  static boolean isSkipped(int id) {
    return id >= FIRST_EXTENSION_ID && id <= LAST_EXTENSION_ID && BY_ID[id] == null;
  }

  static MessageType ofId(int id) throws MalformedMessageException {
    if (id < 0 || id > LAST_EXTENSION_ID || BY_ID[id] == null) {
      throw new MalformedMessageException(
          "message type: %d (expected: one of %s)"
              .formatted(id, Arrays.stream(values()).map(MessageType::id).toList()));
    }
    return BY_ID[id];
  }

  static MessageType of(PeerMessage message) {
    return switch (message) {
      case PeerMessage.Hello m -> HELLO;
      case PeerMessage.Bye m -> BYE;
      case PeerMessage.Ping m -> PING;
      case PeerMessage.Pong m -> PONG;
      case PeerMessage.Holdings m -> HOLDINGS;
      case PeerMessage.HoldingsDelta m -> HOLDINGS_DELTA;
      case PeerMessage.FindResource m -> FIND_RESOURCE;
      case PeerMessage.ResourceFound m -> RESOURCE_FOUND;
      case PeerMessage.FindContent m -> FIND_CONTENT;
      case PeerMessage.ContentFound m -> CONTENT_FOUND;
      case PeerMessage.Open m -> OPEN;
      case PeerMessage.Have m -> HAVE;
      case PeerMessage.Refuse m -> REFUSE;
      case PeerMessage.Request m -> REQUEST;
      case PeerMessage.Chunks m -> CHUNKS;
      case PeerMessage.Cancel m -> CANCEL;
      case PeerMessage.Close m -> CLOSE;
      case PeerMessage.Supports m -> SUPPORTS;
      case PeerMessage.Nearby m -> NEARBY;
      case PeerMessage.NearbyDelta m -> NEARBY_DELTA;
      case PeerMessage.NearbyGone m -> NEARBY_GONE;
      case PeerMessage.FindThrough m -> FIND_THROUGH;
      case PeerMessage.OpenThrough m -> OPEN_THROUGH;
      case PeerMessage.CanReach m -> CAN_REACH;
      case PeerMessage.Forward m -> FORWARD;
      case PeerMessage.Forwarded m -> FORWARDED;
      case PeerMessage.Order m -> ORDER;
      case PeerMessage.Report m -> REPORT;
      case PeerMessage.Members m -> MEMBERS;
      case PeerMessage.FindAndSend m -> FIND_AND_SEND;
      case PeerMessage.FoundAndSending m -> FOUND_AND_SENDING;
      case PeerMessage.ResourceComing m -> RESOURCE_COMING;
      case PeerMessage.Strand m -> STRAND;
    };
  }
}
