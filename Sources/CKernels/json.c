// For memrchr.
#define _GNU_SOURCE
#include "json_kernel.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// How this works: 64 bytes become bit masks, one bit a byte. Escaped bytes are found by carrying
// runs of backslashes through a subtraction, strings by a prefix xor over the quotes that are not
// escaped. Brackets outside strings move the depth; where the depth cannot reach the records'
// level within the 64 bytes, their count alone is used.

/// The masks of 64 bytes.
typedef struct {
  uint64_t quotes, backslashes, opens, closes, commas, newlines;
} masks;

typedef masks (*classifier)(const uint8_t *);
typedef uint64_t (*prefixer)(uint64_t);

static inline __attribute__((always_inline)) uint64_t prefix_xor_shifts(uint64_t bits) {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  bits ^= bits << 32;
  return bits;
}

static inline __attribute__((always_inline)) dropmill_json_found scan(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values, classifier classify, prefixer prefix_xor) {
  const uint64_t odd = 0xAAAAAAAAAAAAAAAAULL;
  dropmill_json_found found = {0};
  uint64_t in_string = state->in_string;
  uint64_t escaped_first = state->escaped;
  int64_t depth = state->depth;
  size_t at = from;
  while (at < count) {
    masks m = classify(bytes + at);
    const size_t width = count - at < 64 ? count - at : 64;
    const uint64_t valid = width == 64 ? ~0ULL : (1ULL << width) - 1;
    m.backslashes &= valid;

    uint64_t escaped = escaped_first;
    uint64_t escapes = 0;
    if (m.backslashes != 0) {
      const uint64_t potential = m.backslashes & ~escaped_first;
      const uint64_t series = ((potential << 1) | odd) - potential;
      const uint64_t codes = series ^ odd;
      escaped = codes ^ (m.backslashes | escaped_first);
      escapes = codes & m.backslashes;
    }
    escaped_first = escapes >> (width - 1) & 1;

    const uint64_t string = prefix_xor(m.quotes & ~escaped & valid) ^ in_string;
    in_string = (uint64_t)((int64_t)(string << (64 - width)) >> 63);
    const uint64_t outside = ~string & valid;
    const uint64_t opens = m.opens & outside;
    const uint64_t closes = m.closes & outside;
    const int64_t up = __builtin_popcountll(opens);
    const int64_t down = __builtin_popcountll(closes);

    if (depth - down > 0 && depth + up <= limit) {
      depth += up - down;
    } else {
      const uint64_t separators = (values ? m.newlines : m.commas) & outside;
      uint64_t cuts = 0;
      uint64_t brackets = opens | closes;
      uint64_t open_region = ~0ULL;  // bits from the last bracket on
      size_t stop = 64;
      while (brackets != 0) {
        const uint64_t bit = brackets & -brackets;
        if (depth == 0) cuts |= separators & open_region & (bit - 1);
        open_region = ~(bit | (bit - 1));
        if (opens & bit) {
          if (++depth > limit) {
            found.stopped = 2;
            stop = (size_t)__builtin_ctzll(bit);
            break;
          }
        } else {
          if (depth == 0) {
            found.stopped = 1;
            stop = (size_t)__builtin_ctzll(bit);
            break;
          }
          if (--depth == 0 && values) cuts |= bit;
        }
        brackets &= brackets - 1;
      }
      if (found.stopped == 0 && depth == 0) cuts |= separators & open_region;
      if (cuts != 0) {
        const size_t last = 63 - (size_t)__builtin_clzll(cuts);
        found.cut = at + last + 1;
        found.cuts += (uint64_t)__builtin_popcountll(cuts);
      }
      if (found.stopped != 0) {
        at += stop;
        break;
      }
    }
    at += width;
  }
  state->in_string = in_string;
  state->escaped = escaped_first;
  state->depth = depth;
  found.at = at;
  return found;
}

static inline __attribute__((always_inline)) masks classify_bytes(const uint8_t *bytes) {
  masks m = {0};
  for (int index = 0; index < 64; index++) {
    const uint8_t byte = bytes[index];
    const uint64_t bit = 1ULL << index;
    if (byte == '"') m.quotes |= bit;
    if (byte == '\\') m.backslashes |= bit;
    if ((byte & 0xDF) == '[') m.opens |= bit;
    if ((byte & 0xDF) == ']') m.closes |= bit;
    if (byte == ',') m.commas |= bit;
    if (byte == '\n') m.newlines |= bit;
  }
  return m;
}

static dropmill_json_found scan_portable(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values) {
  return scan(state, bytes, from, count, limit, values, classify_bytes, prefix_xor_shifts);
}

#if defined(__x86_64__)
static inline __attribute__((always_inline)) uint64_t equal16(
    __m128i a, __m128i b, __m128i c, __m128i d, char byte) {
  const __m128i wanted = _mm_set1_epi8(byte);
  const uint64_t w = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(a, wanted));
  const uint64_t x = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(b, wanted));
  const uint64_t y = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(c, wanted));
  const uint64_t z = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(d, wanted));
  return w | x << 16 | y << 32 | z << 48;
}

static inline __attribute__((always_inline)) masks classify_sse2(const uint8_t *bytes) {
  const __m128i a = _mm_loadu_si128((const __m128i *)bytes);
  const __m128i b = _mm_loadu_si128((const __m128i *)(bytes + 16));
  const __m128i c = _mm_loadu_si128((const __m128i *)(bytes + 32));
  const __m128i d = _mm_loadu_si128((const __m128i *)(bytes + 48));
  const __m128i fold = _mm_set1_epi8((char)0xDF);
  const __m128i e = _mm_and_si128(a, fold), f = _mm_and_si128(b, fold);
  const __m128i g = _mm_and_si128(c, fold), h = _mm_and_si128(d, fold);
  return (masks){
      .quotes = equal16(a, b, c, d, '"'), .backslashes = equal16(a, b, c, d, '\\'),
      .opens = equal16(e, f, g, h, '['), .closes = equal16(e, f, g, h, ']'),
      .commas = equal16(a, b, c, d, ','), .newlines = equal16(a, b, c, d, '\n')};
}

static dropmill_json_found scan_sse2(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values) {
  return scan(state, bytes, from, count, limit, values, classify_sse2, prefix_xor_shifts);
}

#define AVX2 __attribute__((target("avx2,pclmul,bmi,lzcnt,popcnt"), always_inline))

static inline AVX2 uint64_t equal32(__m256i a, __m256i b, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  const uint64_t low = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, wanted));
  const uint64_t high = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, wanted));
  return low | high << 32;
}

static inline AVX2 masks classify_avx2(const uint8_t *bytes) {
  const __m256i a = _mm256_loadu_si256((const __m256i *)bytes);
  const __m256i b = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  const __m256i fold = _mm256_set1_epi8((char)0xDF);
  const __m256i c = _mm256_and_si256(a, fold), d = _mm256_and_si256(b, fold);
  return (masks){
      .quotes = equal32(a, b, '"'), .backslashes = equal32(a, b, '\\'),
      .opens = equal32(c, d, '['), .closes = equal32(c, d, ']'),
      .commas = equal32(a, b, ','), .newlines = equal32(a, b, '\n')};
}

static inline AVX2 uint64_t prefix_xor_multiplied(uint64_t bits) {
  const __m128i product = _mm_clmulepi64_si128(
      _mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

__attribute__((target("avx2,pclmul,bmi,lzcnt,popcnt"))) static dropmill_json_found scan_avx2(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values) {
  return scan(state, bytes, from, count, limit, values, classify_avx2, prefix_xor_multiplied);
}

#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,pclmul,bmi,lzcnt,popcnt"), always_inline))

static inline AVX512 uint64_t equal64(__m512i bytes, char byte) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}

static inline AVX512 masks classify_avx512(const uint8_t *bytes) {
  const __m512i a = _mm512_loadu_si512((const void *)bytes);
  const __m512i folded = _mm512_and_si512(a, _mm512_set1_epi8((char)0xDF));
  return (masks){
      .quotes = equal64(a, '"'), .backslashes = equal64(a, '\\'), .opens = equal64(folded, '['),
      .closes = equal64(folded, ']'), .commas = equal64(a, ','), .newlines = equal64(a, '\n')};
}

__attribute__((target("avx512f,avx512bw,avx2,pclmul,bmi,lzcnt,popcnt"))) static dropmill_json_found scan_avx512(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values) {
  return scan(state, bytes, from, count, limit, values, classify_avx512, prefix_xor_multiplied);
}

static int has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("lzcnt") &&
         __builtin_cpu_supports("popcnt");
}

static int has_avx512(void) { return has_avx2() && __builtin_cpu_supports("avx512bw"); }
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

static inline __attribute__((always_inline)) uint64_t bits_neon(
    uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t ab = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
  const uint8x16_t cd = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
  const uint8x16_t all = vpaddq_u8(ab, cd);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}

static inline __attribute__((always_inline)) uint64_t equal_neon(
    uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d, uint8_t byte) {
  const uint8x16_t wanted = vdupq_n_u8(byte);
  return bits_neon(
      vceqq_u8(a, wanted), vceqq_u8(b, wanted), vceqq_u8(c, wanted), vceqq_u8(d, wanted));
}

static inline __attribute__((always_inline)) masks classify_neon(const uint8_t *bytes) {
  const uint8x16_t a = vld1q_u8(bytes), b = vld1q_u8(bytes + 16);
  const uint8x16_t c = vld1q_u8(bytes + 32), d = vld1q_u8(bytes + 48);
  const uint8x16_t fold = vdupq_n_u8(0xDF);
  const uint8x16_t e = vandq_u8(a, fold), f = vandq_u8(b, fold);
  const uint8x16_t g = vandq_u8(c, fold), h = vandq_u8(d, fold);
  return (masks){
      .quotes = equal_neon(a, b, c, d, '"'), .backslashes = equal_neon(a, b, c, d, '\\'),
      .opens = equal_neon(e, f, g, h, '['), .closes = equal_neon(e, f, g, h, ']'),
      .commas = equal_neon(a, b, c, d, ','), .newlines = equal_neon(a, b, c, d, '\n')};
}

static dropmill_json_found scan_neon(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values) {
  return scan(state, bytes, from, count, limit, values, classify_neon, prefix_xor_shifts);
}
#endif

int dropmill_json_scan_ways(void) {
#if defined(__x86_64__)
  return has_avx512() ? 4 : has_avx2() ? 3 : 2;
#elif defined(__aarch64__)
  return 2;
#else
  return 1;
#endif
}

dropmill_json_found dropmill_json_scan_by(
    int way, dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count,
    int64_t limit, int values) {
#if defined(__x86_64__)
  if (way == 3) return scan_avx512(state, bytes, from, count, limit, values);
  if (way == 2) return scan_avx2(state, bytes, from, count, limit, values);
  if (way == 1) return scan_sse2(state, bytes, from, count, limit, values);
#elif defined(__aarch64__)
  if (way == 1) return scan_neon(state, bytes, from, count, limit, values);
#endif
  return scan_portable(state, bytes, from, count, limit, values);
}

dropmill_json_found dropmill_json_scan(
    dropmill_json_state *state, const uint8_t *bytes, size_t from, size_t count, int64_t limit,
    int values) {
  return dropmill_json_scan_by(
      dropmill_json_scan_ways() - 1, state, bytes, from, count, limit, values);
}

uint64_t dropmill_lines(const uint8_t *bytes, size_t count, size_t *last) {
  const uint8_t *const newline = count > 0 ? memrchr(bytes, '\n', count) : NULL;
  const size_t end = newline ? (size_t)(newline - bytes) + 1 : 0;
  *last = end;
  uint64_t lines = 0;
  size_t at = 0;
  // A byte holds 255 ones before it would overflow: short inner runs let the compiler add bytes.
  while (at < end) {
    const size_t stop = end - at < 128 ? end : at + 128;
    uint8_t run = 0;
    for (; at < stop; at++) run = (uint8_t)(run + (bytes[at] == '\n'));
    lines += run;
  }
  return lines;
}

uint64_t dropmill_characters(const uint8_t *bytes, size_t count) {
  uint64_t characters = 0;
  size_t at = 0;
  while (at < count) {
    const size_t stop = count - at < 128 ? count : at + 128;
    uint8_t run = 0;
    for (; at < stop; at++) run = (uint8_t)(run + ((bytes[at] & 0xC0) != 0x80));
    characters += run;
  }
  return characters;
}

size_t dropmill_utf8_run(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  while (at < count) {
    if (count - at >= 8) {
      uint64_t word;
      memcpy(&word, bytes + at, 8);
      if ((word & 0x8080808080808080ULL) == 0) {
        at += 8;
        continue;
      }
    }
    const uint8_t first = bytes[at];
    if (first < 0x80) {
      at += 1;
      continue;
    }
    const size_t left = count - at;
    if (first < 0xC2) return at;
    if (left < 2 || (bytes[at + 1] & 0xC0) != 0x80) return at;
    if (first < 0xE0) {
      at += 2;
      continue;
    }
    if (left < 3 || (bytes[at + 2] & 0xC0) != 0x80) return at;
    const uint8_t second = bytes[at + 1];
    if (first < 0xF0) {
      if (first == 0xE0 && second < 0xA0) return at;
      if (first == 0xED && second > 0x9F) return at;
      at += 3;
      continue;
    }
    if (first > 0xF4 || left < 4 || (bytes[at + 3] & 0xC0) != 0x80) return at;
    if (first == 0xF0 && second < 0x90) return at;
    if (first == 0xF4 && second > 0x8F) return at;
    at += 4;
  }
  return at;
}
