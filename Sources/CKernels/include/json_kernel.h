#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// How many of the first `count` bytes go by before one that a JSON string escapes: `"`, `\`, or
/// below 0x20. Reads up to 15 bytes past `count`.
static inline size_t dropmill_json_plain_run(const uint8_t *bytes, size_t count) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i lowest = _mm_set1_epi8(0x1F);
  for (; at < count; at += 16) {
    const __m128i chunk = _mm_loadu_si128((const __m128i *)(bytes + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, lowest), chunk);
    const __m128i hit = _mm_or_si128(
        control,
        _mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, backslash)));
    const unsigned mask = (unsigned)_mm_movemask_epi8(hit);
    if (mask != 0) {
      at += (size_t)__builtin_ctz(mask);
      return at < count ? at : count;
    }
  }
  return count;
#elif defined(__ARM_NEON)
  for (; at < count; at += 16) {
    const uint8x16_t chunk = vld1q_u8(bytes + at);
    const uint8x16_t hit = vorrq_u8(
        vcltq_u8(chunk, vdupq_n_u8(0x20)),
        vorrq_u8(vceqq_u8(chunk, vdupq_n_u8('"')), vceqq_u8(chunk, vdupq_n_u8('\\'))));
    const uint64_t nibbles =
        vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(hit), 4)), 0);
    if (nibbles != 0) {
      at += (size_t)(__builtin_ctzll(nibbles) >> 2);
      return at < count ? at : count;
    }
  }
  return count;
#else
  for (; at < count; at++) {
    if (bytes[at] < 0x20 || bytes[at] == '"' || bytes[at] == '\\') return at;
  }
  return count;
#endif
}
