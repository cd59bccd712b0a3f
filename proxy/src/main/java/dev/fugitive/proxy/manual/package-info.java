/** What the commands say of themselves, written as man pages and as completion scripts. */
@NullMarked
package dev.fugitive.proxy.manual;

import org.jspecify.annotations.NullMarked;
