package dev.fugitive.cache.index;

import dev.fugitive.cache.content.ContentId;
import java.util.List;

/**
 * Where the latest record of a resource lies. Compared by identity: a resource that is written anew
 * gets a new slot, so whatever was read through the old one is outdated.
 */
final class Slot {
  final int segment;
  final int offset;
  final int length;
  final int bodyOffset;
  final int bodyLength;
  final List<ContentId> contents;

  /** Whether somebody asked for it since the record was written; set by readers. */
  private volatile boolean used;

  Slot(int segment, LogRecord record) {
    this.segment = segment;
    this.offset = record.offset();
    this.length = record.length();
    this.bodyOffset = record.bodyOffset();
    this.bodyLength = record.bodyLength();
    this.contents = record.contents();
  }

  private Slot(Slot from, int segment, int offset) {
    this.segment = segment;
    this.offset = offset;
    this.length = from.length;
    this.bodyOffset = from.bodyOffset - from.offset + offset;
    this.bodyLength = from.bodyLength;
    this.contents = from.contents;
  }

  /** The slot of the same record copied elsewhere, not used there yet. */
  Slot movedTo(int newSegment, int newOffset) {
    return new Slot(this, newSegment, newOffset);
  }

  void markUsed() {
    if (!used) {
      used = true;
    }
  }

  boolean used() {
    return used;
  }
}
