/**
 * The rendezvous server: pairs peers by shared contexts and carries their signed signals; it never
 * sees content.
 */
@NullMarked
package dev.fugitive.proxy.rendezvous;

import org.jspecify.annotations.NullMarked;
