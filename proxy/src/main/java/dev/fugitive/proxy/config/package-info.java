/**
 * What the user may choose: every {@link dev.fugitive.proxy.config.Setting} is a flag, a key of one
 * file and an environment variable, and becomes one checked {@link
 * dev.fugitive.proxy.config.Settings} value.
 */
@NullMarked
package dev.fugitive.proxy.config;

import org.jspecify.annotations.NullMarked;
