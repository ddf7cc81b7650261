#include "search_kernel.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

size_t dm_find_either(const uint8_t *bytes, size_t start, size_t end, uint8_t one, uint8_t other) {
  size_t at = start;
#if defined(__SSE2__)
  const __m128i first = _mm_set1_epi8((char)one), second = _mm_set1_epi8((char)other);
  for (; at + 16 <= end; at += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
    __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(block, first), _mm_cmpeq_epi8(block, second));
    int mask = _mm_movemask_epi8(hits);
    if (mask) return at + (size_t)__builtin_ctz((unsigned)mask);
  }
#endif
  while (at < end && bytes[at] != one && bytes[at] != other) at++;
  return at;
}
