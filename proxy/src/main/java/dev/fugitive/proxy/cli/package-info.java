/**
 * The command line: {@code fugitive proxy}, {@code rendezvous}, {@code fetch}, {@code status},
 * {@code key}.
 */
@NullMarked
package dev.fugitive.proxy.cli;

import org.jspecify.annotations.NullMarked;
