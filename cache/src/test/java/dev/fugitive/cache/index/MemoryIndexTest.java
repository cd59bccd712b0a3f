package dev.fugitive.cache.index;

final class MemoryIndexTest extends RepresentationIndexContract {
  @Override
  RepresentationIndex open() {
    return RepresentationIndex.inMemory(2 * 1024 * 1024);
  }
}
