/** The comparison with direct CDN: profiles, their runs, and the report. */
@NullMarked
package dev.fugitive.bench.cdn;

import org.jspecify.annotations.NullMarked;
