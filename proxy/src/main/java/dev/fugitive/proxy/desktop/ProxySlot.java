package dev.fugitive.proxy.desktop;

import java.util.Optional;

/**
 * One place where a desktop keeps a PAC file's URL and whether it counts; in the words of the
 * desktop's own tools, so that what was read can be written again as it was.
 *
 * @param name what the place is called, where there are several
 * @param pacUrl the URL; empty where none is set
 * @param mode the switch beside it; empty where none is set
 */
public record ProxySlot(String name, Optional<String> pacUrl, Optional<String> mode) {}
