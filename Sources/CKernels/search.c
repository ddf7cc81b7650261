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

size_t dm_count_from(const uint8_t *bytes, size_t count, uint8_t least) {
  size_t at = 0, found = 0;
#if defined(__SSE2__)
  const __m128i limit = _mm_set1_epi8((char)least), one = _mm_set1_epi8(1), zero = _mm_setzero_si128();
  __m128i sums = zero;
  for (; at + 16 <= count; at += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
    __m128i hits = _mm_cmpeq_epi8(_mm_max_epu8(block, limit), block);
    sums = _mm_add_epi64(sums, _mm_sad_epu8(_mm_and_si128(hits, one), zero));
  }
  found = (size_t)(_mm_cvtsi128_si64(sums) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
#endif
  for (; at < count; at++) found += bytes[at] >= least;
  return found;
}

static bool is_control(uint8_t byte) {
  return byte < 0x20 && (uint8_t)(byte - 0x09) > 4 && byte < 0x1a && (uint8_t)(byte - 0x01) > 1;
}

bool dm_has_control(const uint8_t *bytes, size_t count) {
  size_t at = 0;
#if defined(__SSE2__)
  // What is below a space is rare, and mostly a line end: only such blocks are looked at closer.
  const __m128i space = _mm_set1_epi8(0x20);
  for (; at + 16 <= count; at += 16) {
    __m128i block = _mm_loadu_si128((const __m128i *)(bytes + at));
    int low = ~_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(block, space), block)) & 0xffff;
    for (; low; low &= low - 1) {
      if (is_control(bytes[at + (size_t)__builtin_ctz((unsigned)low)])) return true;
    }
  }
#endif
  for (; at < count; at++) {
    if (is_control(bytes[at])) return true;
  }
  return false;
}

size_t dm_list_places(const uint8_t *bytes, size_t start, size_t end, const bool marked[256], int32_t *places) {
  size_t found = 0;
  for (size_t at = start; at < end; at++) {
    places[found] = (int32_t)at;
    found += marked[bytes[at]];
  }
  return found;
}

size_t dm_sum_steps(const uint8_t *bytes, size_t start, size_t end, const uint64_t steps[512], uint64_t large,
                    uint64_t *sums, int32_t *places) {
  size_t found = 0;
  uint64_t sum = 0;
  for (size_t at = start; at < end; at++) {
    size_t spaced = at + 1 < end && bytes[at + 1] == 0x20;
    uint64_t step = steps[bytes[at] + spaced * 256];
    *sums++ = sum;
    sum += step;
    places[found] = (int32_t)at;
    found += step >= large;
  }
  *sums = sum;
  return found;
}
