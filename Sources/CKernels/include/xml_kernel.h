// Finds the ends of XML's tokens 16 bytes at a time, inlined into the reader: tokens are a dozen
// bytes long, so a call or a choice among variants would cost more than wider registers save.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// How many of the first `count` bytes go by before one that needs a look: `one`, `two`, `three`,
/// a control character but tab and newline, or 0xEF, which U+FFFE and U+FFFF begin with.
///
/// Reads up to 15 bytes past `count`.
static inline size_t dropmill_xml_run(
    const uint8_t *bytes, size_t count, uint8_t one, uint8_t two, uint8_t three) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i a = _mm_set1_epi8((char)one);
  const __m128i b = _mm_set1_epi8((char)two);
  const __m128i c = _mm_set1_epi8((char)three);
  const __m128i wide = _mm_set1_epi8((char)0xEF);
  const __m128i lowest = _mm_set1_epi8(0x1F);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i newline = _mm_set1_epi8('\n');
  for (; at < count; at += 16) {
    const __m128i chunk = _mm_loadu_si128((const __m128i *)(bytes + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, lowest), chunk);
    const __m128i space = _mm_or_si128(_mm_cmpeq_epi8(chunk, tab), _mm_cmpeq_epi8(chunk, newline));
    const __m128i sign = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(chunk, a), _mm_cmpeq_epi8(chunk, b)),
        _mm_or_si128(_mm_cmpeq_epi8(chunk, c), _mm_cmpeq_epi8(chunk, wide)));
    const __m128i hit = _mm_or_si128(sign, _mm_andnot_si128(space, control));
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
    const uint8x16_t space =
        vorrq_u8(vceqq_u8(chunk, vdupq_n_u8('\t')), vceqq_u8(chunk, vdupq_n_u8('\n')));
    const uint8x16_t sign = vorrq_u8(
        vorrq_u8(vceqq_u8(chunk, vdupq_n_u8(one)), vceqq_u8(chunk, vdupq_n_u8(two))),
        vorrq_u8(vceqq_u8(chunk, vdupq_n_u8(three)), vceqq_u8(chunk, vdupq_n_u8(0xEF))));
    const uint8x16_t hit = vorrq_u8(sign, vbicq_u8(vcltq_u8(chunk, vdupq_n_u8(0x20)), space));
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
    const uint8_t byte = bytes[at];
    if (byte == one || byte == two || byte == three || byte == 0xEF) return at;
    if (byte < 0x20 && byte != '\t' && byte != '\n') return at;
  }
  return count;
#endif
}

/// The same within an attribute's value: tab and newline need a look, too, as they become spaces.
static inline size_t dropmill_xml_value_run(const uint8_t *bytes, size_t count, uint8_t quote) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i a = _mm_set1_epi8((char)quote);
  const __m128i less = _mm_set1_epi8('<');
  const __m128i ampersand = _mm_set1_epi8('&');
  const __m128i wide = _mm_set1_epi8((char)0xEF);
  const __m128i lowest = _mm_set1_epi8(0x1F);
  for (; at < count; at += 16) {
    const __m128i chunk = _mm_loadu_si128((const __m128i *)(bytes + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, lowest), chunk);
    const __m128i sign = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(chunk, a), _mm_cmpeq_epi8(chunk, less)),
        _mm_or_si128(_mm_cmpeq_epi8(chunk, ampersand), _mm_cmpeq_epi8(chunk, wide)));
    const unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(sign, control));
    if (mask != 0) {
      at += (size_t)__builtin_ctz(mask);
      return at < count ? at : count;
    }
  }
  return count;
#else
  for (; at < count; at++) {
    const uint8_t byte = bytes[at];
    if (byte == quote || byte == '<' || byte == '&' || byte == 0xEF || byte < 0x20) return at;
  }
  return count;
#endif
}

/// Where the first byte is that equals one of three, or `count`. Reads up to 15 bytes past it.
static inline size_t dropmill_xml_find(
    const uint8_t *bytes, size_t count, uint8_t one, uint8_t two, uint8_t three) {
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i a = _mm_set1_epi8((char)one);
  const __m128i b = _mm_set1_epi8((char)two);
  const __m128i c = _mm_set1_epi8((char)three);
  for (; at < count; at += 16) {
    const __m128i chunk = _mm_loadu_si128((const __m128i *)(bytes + at));
    const __m128i hit = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(chunk, a), _mm_cmpeq_epi8(chunk, b)),
        _mm_cmpeq_epi8(chunk, c));
    const unsigned mask = (unsigned)_mm_movemask_epi8(hit);
    if (mask != 0) {
      at += (size_t)__builtin_ctz(mask);
      return at < count ? at : count;
    }
  }
  return count;
#else
  for (; at < count; at++) {
    if (bytes[at] == one || bytes[at] == two || bytes[at] == three) return at;
  }
  return count;
#endif
}

/// Line ends in `count` bytes: LF, CR LF, and CR alone. Reads up to 16 bytes past them.
static inline uint64_t dropmill_xml_lines(const uint8_t *bytes, size_t count) {
  uint64_t lines = 0;
  size_t at = 0;
#if defined(__SSE2__)
  const __m128i newline = _mm_set1_epi8('\n');
  const __m128i carriage = _mm_set1_epi8('\r');
  for (; at < count; at += 16) {
    const __m128i chunk = _mm_loadu_si128((const __m128i *)(bytes + at));
    const __m128i behind = _mm_loadu_si128((const __m128i *)(bytes + at + 1));
    const __m128i lone =
        _mm_andnot_si128(_mm_cmpeq_epi8(behind, newline), _mm_cmpeq_epi8(chunk, carriage));
    unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(lone, _mm_cmpeq_epi8(chunk, newline)));
    if (mask == 0) continue;
    if (count - at < 16) mask &= (1u << (count - at)) - 1;
    lines += (uint64_t)__builtin_popcount(mask);
  }
#else
  for (; at < count; at++)
    lines += bytes[at] == '\n' || (bytes[at] == '\r' && bytes[at + 1] != '\n');
#endif
  return lines;
}

/// What a walk over an element's tags carries from one run of bytes to the next.
typedef struct {
  /// Where to go on; the place behind the element's end where `depth` is 0.
  size_t at;
  /// Elements open, the one walked over included.
  int64_t depth;
} dropmill_xml_walk;

/// Walks on over an element's contents until it ends or a token goes on behind `count`.
///
/// Tags, comments, CDATA sections and processing instructions are told apart; whether they are
/// well-formed is the reader's to say. Reads up to 64 bytes past `count`.
void dropmill_xml_walk_on(dropmill_xml_walk *walk, const uint8_t *bytes, size_t count);

/// One past the markup that begins at `at` with `<`, or 0 where it goes on behind `count`.
///
/// A document type declaration ends behind its internal subset.
size_t dropmill_xml_markup_end(const uint8_t *bytes, size_t at, size_t count);
