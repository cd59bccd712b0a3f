/**
 * Microbenchmarks of what every byte passes through.
 *
 * <p>Build once, then run any of them; the command is in each class:
 *
 * <pre>
 *   mvn -q -pl bench -am -DskipTests package
 *   java -cp "bench/target/classes:bench/target/lib/*" org.openjdk.jmh.Main -rf json -rff result.json NAME
 * </pre>
 */
@NullMarked
package dev.fugitive.bench.jmh;

import org.jspecify.annotations.NullMarked;
