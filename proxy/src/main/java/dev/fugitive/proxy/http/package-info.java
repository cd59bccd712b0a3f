/**
 * The HTTP front end: clients' connections in, {@code okhttp3.Request}s out.
 *
 * <p>Read {@link dev.fugitive.proxy.http.FrontEnd} for the pipeline of one connection, {@link
 * dev.fugitive.proxy.http.RequestRouter} for what is done with a request, {@link
 * dev.fugitive.proxy.http.ClientConnection} for the order of things on one connection. A request
 * takes one of four ways: a fetch through a {@code Call.Factory} on a virtual thread ({@link
 * dev.fugitive.proxy.http.FetchExchange}), a pass-through for what that type cannot express ({@link
 * dev.fugitive.proxy.http.PassThroughExchange}), a CONNECT tunnel ({@link
 * dev.fugitive.proxy.http.TunnelExchange}), or an answer by the proxy itself.
 *
 * <p>Threads: a connection's handlers and its exchange's callbacks run on the connection's event
 * loop and never block. Only {@code FetchExchange#run} runs elsewhere, on a virtual thread; it
 * meets the event loop in two places, {@link dev.fugitive.proxy.http.RequestBodyPipe} and {@link
 * dev.fugitive.proxy.http.ClientWriter}, and both are bounded.
 */
@NullMarked
package dev.fugitive.proxy.http;

import org.jspecify.annotations.NullMarked;
