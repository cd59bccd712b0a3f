/** Evidence: measurements that anybody can repeat, each with its command in its Javadoc. */
@NullMarked
package dev.fugitive.bench;

import org.jspecify.annotations.NullMarked;
