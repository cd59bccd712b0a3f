/** The only place that knows webrtc-java: links over WebRTC data channels. */
@NullMarked
package dev.fugitive.client.transport.webrtc;

import org.jspecify.annotations.NullMarked;
