package dev.fugitive.bench.lab;

/**
 * A machine of the lab.
 *
 * @param name short, of letters and digits
 * @param shape what its link is like at the start
 */
public record Host(String name, Shape shape) {}
