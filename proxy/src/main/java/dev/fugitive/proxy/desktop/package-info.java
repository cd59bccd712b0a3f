/**
 * The system's proxy setting: read, saved, set to a PAC file that the proxy serves, and given back
 * as it was.
 *
 * <p>{@link dev.fugitive.proxy.desktop.SystemProxy} saves before it sets, and forgets after it has
 * restored, so that a process that dies in between leaves enough behind to undo all of it. What
 * differs from desktop to desktop is in the sealed family {@link
 * dev.fugitive.proxy.desktop.Desktop}, whose commands are pure functions.
 */
@NullMarked
package dev.fugitive.proxy.desktop;

import org.jspecify.annotations.NullMarked;
