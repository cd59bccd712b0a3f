/**
 * Opening the TLS of CONNECT tunnels, for the hosts that the user named and for no others.
 *
 * <p>Read {@link dev.fugitive.proxy.decrypt.DecryptPolicy} for the decision, {@link
 * dev.fugitive.proxy.decrypt.CertificateAuthority} for what makes it possible, {@link
 * dev.fugitive.proxy.decrypt.Decryption} for how the two are used by a front end. Nothing here does
 * HTTP, and only {@link dev.fugitive.proxy.decrypt.CaFile} and {@link
 * dev.fugitive.proxy.decrypt.TrustStores} touch the machine.
 */
@NullMarked
package dev.fugitive.proxy.decrypt;

import org.jspecify.annotations.NullMarked;
