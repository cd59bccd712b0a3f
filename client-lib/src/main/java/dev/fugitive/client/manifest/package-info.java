/**
 * What a site publishes about its own files, so that many can fetch one at the same time from each
 * other before anybody has the whole: made by {@code fugitive manifest}, read by every node.
 */
@NullMarked
package dev.fugitive.client.manifest;

import org.jspecify.annotations.NullMarked;
