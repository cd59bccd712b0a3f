package dev.fugitive.client.trust;

import java.util.List;
import okio.ByteString;

/** A member's value in a structured field (RFC 8941 section 3), its parameters left out. */
sealed interface StructuredItem {
  /** An integer of at most 15 digits (section 3.3.1). */
  record Int(long value) implements StructuredItem {}

  /** A decimal, as written (section 3.3.2). */
  record Decimal(String digits) implements StructuredItem {}

  /** A quoted string (section 3.3.3). */
  record Text(String value) implements StructuredItem {}

  /** A token (section 3.3.4). */
  record Token(String value) implements StructuredItem {}

  /** A byte sequence (section 3.3.5). */
  record Bytes(ByteString value) implements StructuredItem {}

  /** A boolean (section 3.3.6). */
  record Bool(boolean value) implements StructuredItem {}

  /** An inner list (section 3.1.1). */
  record Inner(List<StructuredItem> items) implements StructuredItem {}
}
