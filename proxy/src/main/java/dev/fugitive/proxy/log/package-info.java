/**
 * What the program writes down for its user, in files of bounded size that nobody else may read:
 * what happened to each fetch, a line of JSON each, and what the program says of itself.
 */
@NullMarked
package dev.fugitive.proxy.log;

import org.jspecify.annotations.NullMarked;
