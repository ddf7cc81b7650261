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

/// Where a JSON string's run of ordinary bytes ends: at `"`, `\`, a byte below 0x20, or `count`.
///
/// The place in the upper 63 bits; bit 0 is set where a byte of the run is not ASCII. Reads up to
/// 15 bytes past `count`.
static inline uint64_t dropmill_json_string_run(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  uint64_t wide = 0;
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
    unsigned mask = (unsigned)_mm_movemask_epi8(hit);
    const unsigned high = (unsigned)_mm_movemask_epi8(chunk);
    const size_t left = count - at;
    if (left < 16) mask |= 1u << left;
    if (mask != 0) {
      wide |= (high & (mask ^ (mask - 1)) & ~mask) != 0;
      return (uint64_t)(at + (size_t)__builtin_ctz(mask)) << 1 | wide;
    }
    wide |= high != 0;
  }
#else
  for (; at < count; at++) {
    const uint8_t byte = bytes[at];
    if (byte < 0x20 || byte == '"' || byte == '\\') break;
    wide |= byte >> 7;
  }
#endif
  return (uint64_t)(at < count ? at : count) << 1 | wide;
}

/// Whether the `count` bytes at both places are the same. Reads up to 15 bytes past them.
static inline _Bool dropmill_same(const uint8_t *left, const uint8_t *right, size_t count) {
  size_t at = 0;
#if defined(__SSE2__)
  for (; at < count; at += 16) {
    const __m128i equal = _mm_cmpeq_epi8(
        _mm_loadu_si128((const __m128i *)(left + at)),
        _mm_loadu_si128((const __m128i *)(right + at)));
    unsigned differ = (unsigned)_mm_movemask_epi8(equal) ^ 0xFFFFu;
    if (count - at < 16) differ &= (1u << (count - at)) - 1;
    if (differ != 0) return 0;
  }
#else
  for (; at < count; at++) {
    if (left[at] != right[at]) return 0;
  }
#endif
  return 1;
}

/// Copies `count` bytes, up to 15 more with them: both places must have room behind.
static inline void dropmill_copy_short(uint8_t *target, const uint8_t *source, size_t count) {
  for (size_t at = 0; at < count; at += 16) __builtin_memcpy(target + at, source + at, 16);
}

/// The first byte that is not UTF-8, or `count`. Surrogates and overlong forms are not UTF-8.
size_t dropmill_utf8_run(const uint8_t *bytes, size_t count);

/// What a scan over JSON carries from one run of bytes to the next. All zero at the beginning.
typedef struct {
  /// All ones inside a string, else 0.
  uint64_t in_string;
  /// 1 where the next byte is escaped by a backslash.
  uint64_t escaped;
  /// Brackets open below the level of the records.
  int64_t depth;
} dropmill_json_state;

/// What a scan over JSON found.
typedef struct {
  /// Bytes scanned: `count`, or the place where it stopped.
  size_t at;
  /// One past the last place where records may be cut; 0 where there is none.
  size_t cut;
  /// Places where records may be cut.
  uint64_t cuts;
  /// 0: all was scanned; 1: at `at` a bracket closes what the records lie in; 2: too deep at `at`.
  int stopped;
} dropmill_json_found;

/// Scans `count` bytes from `from` on; records may be cut after a comma at their own level.
///
/// With `values` nonzero they may be cut after a bracket that closes to their level and after a
/// newline on it. At least 64 bytes past `count` must be readable.
dropmill_json_found dropmill_json_scan(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values);

/// How many ways of scanning this machine has; all find the same.
int dropmill_json_scan_ways(void);

/// `dropmill_json_scan` in one of the ways, counted from 0 = portable; for tests.
dropmill_json_found dropmill_json_scan_by(
    int way, dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count,
    int64_t limit, int values);

/// Newlines in `count` bytes; `last` becomes one past the last of them, or 0.
uint64_t dropmill_lines(const uint8_t *bytes, size_t count, size_t *last);

/// UTF-8 characters in `count` bytes: those that do not go on with one.
uint64_t dropmill_characters(const uint8_t *bytes, size_t count);
