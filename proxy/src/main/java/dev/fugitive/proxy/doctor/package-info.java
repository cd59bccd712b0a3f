/**
 * What may be wrong with this machine, its network or the settings: each check looks, in one
 * method, and judges what it saw, in another that is a pure function.
 */
@NullMarked
package dev.fugitive.proxy.doctor;

import org.jspecify.annotations.NullMarked;
