package dev.fugitive.proxy.decrypt;

import java.net.InetAddress;
import okio.ByteString;

/**
 * One client program and the host that it wants to reach: those who trust this machine's CA and
 * those who do not may run at one address, so a program is known by the shape of its hello too.
 */
public record TlsClient(InetAddress address, String host, ByteString fingerprint) {}
