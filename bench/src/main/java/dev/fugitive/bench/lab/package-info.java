/** An internet on one machine: hosts with rates and delays, and the programs that run on them. */
@NullMarked
package dev.fugitive.bench.lab;

import org.jspecify.annotations.NullMarked;
