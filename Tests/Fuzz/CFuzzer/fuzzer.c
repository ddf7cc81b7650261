#define _GNU_SOURCE
#include "fuzzer.h"

#include <string.h>
#include <sys/mman.h>

// The address sanitizer's own, which every build of the fuzzers links.
void __asan_poison_memory_region(const volatile void *start, size_t count);
void __asan_unpoison_memory_region(const volatile void *start, size_t count);

int fuzz_memory_file(void) { return memfd_create("drop", MFD_CLOEXEC); }

// Counted neither as ways through the code nor as comparisons: it looks at each byte of each input.
__attribute__((no_sanitize("coverage")))
uint64_t fuzz_digest(uint64_t seed, const uint8_t *bytes, size_t count) {
  const uint64_t prime = 0x9E3779B97F4A7C15;
  uint64_t digest = (seed ^ count) * prime;
  while (count > 0) {
    uint64_t word = 0;
    size_t some = count < 8 ? count : 8;
    memcpy(&word, bytes, some);
    digest = (digest ^ word) * prime;
    digest ^= digest >> 29;
    bytes += some;
    count -= some;
  }
  return digest ^ digest >> 32;
}

void fuzz_bound(const uint8_t *start, size_t readable, size_t whole) {
  if (readable > whole) readable = whole;
  __asan_unpoison_memory_region(start, readable);
  __asan_poison_memory_region(start + readable, whole - readable);
}
