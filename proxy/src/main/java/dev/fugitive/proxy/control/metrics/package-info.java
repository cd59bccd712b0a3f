/** A node's figures in the form that Prometheus takes. */
@NullMarked
package dev.fugitive.proxy.control.metrics;

import org.jspecify.annotations.NullMarked;
