package dev.fugitive.client.trust;

/**
 * What is known of an answer's origin besides the answer.
 *
 * @param host the URL's host
 * @param port the URL's port, the scheme's default where it names none
 * @param tlsValidated whether the answer came over TLS with a validated certificate
 * @param address of the address that was connected to; {@link AddressClass#UNRESOLVED} before that
 */
public record OriginFacts(String host, int port, boolean tlsValidated, AddressClass address) {}
