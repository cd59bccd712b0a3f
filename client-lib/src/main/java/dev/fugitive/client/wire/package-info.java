/** What peers say to each other: messages as sealed records and their codec. */
@NullMarked
package dev.fugitive.client.wire;

import org.jspecify.annotations.NullMarked;
