// How this works: the vector variants look each pair of neighbouring bytes up in three tables of 16
// (Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte", 2021). A bit that is
// left over in all three names a mistake. A run of 64 bytes with a mistake, and the last bytes, are
// read again by the portable variant, which says where exactly the valid part ends.
#include "utf8_kernel.h"

#include <string.h>

// The portable variant, from the beginning of a character.
static size_t valid_portable(const uint8_t *s, size_t at, size_t count) {
  while (at < count) {
    uint64_t word;
    while (at + 8 <= count) {
      memcpy(&word, s + at, 8);
      if (word & 0x8080808080808080u) break;
      at += 8;
    }
    if (at == count) break;
    uint8_t lead = s[at];
    if (lead < 0x80) {
      at += 1;
      continue;
    }
    size_t left = count - at;
    uint8_t low = 0x80, high = 0xbf;
    size_t length;
    if (lead >= 0xc2 && lead <= 0xdf) {
      length = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      length = 3;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      length = 4;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else {
      return at;
    }
    if (left < length || s[at + 1] < low || s[at + 1] > high) return at;
    for (size_t i = 2; i < length; i++)
      if ((s[at + i] & 0xc0) != 0x80) return at;
    at += length;
  }
  return at;
}

#if defined(__x86_64__)
#include <immintrin.h>

// Where the character begins that holds or precedes the byte before `at`.
static size_t character_before(const uint8_t *s, size_t at) {
  for (size_t back = 1; back <= 3 && back <= at; back++) {
    uint8_t byte = s[at - back];
    if (byte >= 0xc0) return at - back;
    if (byte < 0x80) return at - back + 1;
  }
  return at;
}

enum {
  SHORT = 1,        // a lead byte that no continuation follows
  LONG = 2,         // a continuation after ASCII
  OVERLONG_3 = 4,
  LARGE = 8,
  SURROGATE = 16,
  OVERLONG_2 = 32,
  LARGE_1000 = 64,  // and the overlong forms of four bytes
  OVERLONG_4 = 64,
  TWO_CONTINUE = 128,
  CARRY = SHORT | LONG | TWO_CONTINUE,
};

#define BYTE_1_HIGH                                                                           \
  LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, (char)TWO_CONTINUE, (char)TWO_CONTINUE,     \
      (char)TWO_CONTINUE, (char)TWO_CONTINUE, SHORT | OVERLONG_2, SHORT,                      \
      SHORT | OVERLONG_3 | SURROGATE, SHORT | LARGE | LARGE_1000 | OVERLONG_4
#define BYTE_1_LOW                                                                            \
  (char)(CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4), (char)(CARRY | OVERLONG_2),           \
      (char)CARRY, (char)CARRY, (char)(CARRY | LARGE), (char)(CARRY | LARGE | LARGE_1000),    \
      (char)(CARRY | LARGE | LARGE_1000), (char)(CARRY | LARGE | LARGE_1000),                 \
      (char)(CARRY | LARGE | LARGE_1000), (char)(CARRY | LARGE | LARGE_1000),                 \
      (char)(CARRY | LARGE | LARGE_1000), (char)(CARRY | LARGE | LARGE_1000),                 \
      (char)(CARRY | LARGE | LARGE_1000), (char)(CARRY | LARGE | LARGE_1000 | SURROGATE),     \
      (char)(CARRY | LARGE | LARGE_1000), (char)(CARRY | LARGE | LARGE_1000)
#define BYTE_2_HIGH                                                                           \
  SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,                                     \
      (char)(LONG | OVERLONG_2 | TWO_CONTINUE | OVERLONG_3 | LARGE_1000 | OVERLONG_4),        \
      (char)(LONG | OVERLONG_2 | TWO_CONTINUE | OVERLONG_3 | LARGE),                          \
      (char)(LONG | OVERLONG_2 | TWO_CONTINUE | SURROGATE | LARGE),                           \
      (char)(LONG | OVERLONG_2 | TWO_CONTINUE | SURROGATE | LARGE), SHORT, SHORT, SHORT, SHORT

__attribute__((target("avx2"))) static inline __m256i mistakes_avx2(__m256i input,
                                                                    __m256i before) {
  const __m256i high_1 = _mm256_setr_epi8(BYTE_1_HIGH, BYTE_1_HIGH);
  const __m256i low_1 = _mm256_setr_epi8(BYTE_1_LOW, BYTE_1_LOW);
  const __m256i high_2 = _mm256_setr_epi8(BYTE_2_HIGH, BYTE_2_HIGH);
  const __m256i nibble = _mm256_set1_epi8(0x0f);
  __m256i joined = _mm256_permute2x128_si256(before, input, 0x21);
  __m256i one = _mm256_alignr_epi8(input, joined, 15);
  __m256i two = _mm256_alignr_epi8(input, joined, 14);
  __m256i three = _mm256_alignr_epi8(input, joined, 13);
  __m256i a = _mm256_shuffle_epi8(high_1, _mm256_and_si256(_mm256_srli_epi16(one, 4), nibble));
  __m256i b = _mm256_shuffle_epi8(low_1, _mm256_and_si256(one, nibble));
  __m256i c = _mm256_shuffle_epi8(high_2, _mm256_and_si256(_mm256_srli_epi16(input, 4), nibble));
  __m256i special = _mm256_and_si256(_mm256_and_si256(a, b), c);
  __m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8((char)(0xe0 - 0x80)));
  __m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8((char)(0xf0 - 0x80)));
  __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(must, special);
}

__attribute__((target("avx2"))) static size_t valid_avx2(const uint8_t *s, size_t count) {
  size_t at = 0;
  __m256i before = _mm256_setzero_si256();
  bool was_ascii = true;
  for (; at + 64 <= count; at += 64) {
    __m256i first = _mm256_loadu_si256((const __m256i *)(s + at));
    __m256i second = _mm256_loadu_si256((const __m256i *)(s + at + 32));
    if (_mm256_movemask_epi8(_mm256_or_si256(first, second)) == 0) {
      // ASCII; a character that was cut off before it is a mistake.
      if (!was_ascii && valid_portable(s, character_before(s, at), at) != at) break;
      was_ascii = true;
    } else {
      was_ascii = false;
      __m256i wrong =
          _mm256_or_si256(mistakes_avx2(first, before), mistakes_avx2(second, first));
      if (!_mm256_testz_si256(wrong, wrong)) break;
    }
    before = second;
  }
  return valid_portable(s, character_before(s, at), count);
}

__attribute__((target("ssse3"))) static inline __m128i mistakes_ssse3(__m128i input,
                                                                      __m128i before) {
  const __m128i high_1 = _mm_setr_epi8(BYTE_1_HIGH);
  const __m128i low_1 = _mm_setr_epi8(BYTE_1_LOW);
  const __m128i high_2 = _mm_setr_epi8(BYTE_2_HIGH);
  const __m128i nibble = _mm_set1_epi8(0x0f);
  __m128i one = _mm_alignr_epi8(input, before, 15);
  __m128i two = _mm_alignr_epi8(input, before, 14);
  __m128i three = _mm_alignr_epi8(input, before, 13);
  __m128i a = _mm_shuffle_epi8(high_1, _mm_and_si128(_mm_srli_epi16(one, 4), nibble));
  __m128i b = _mm_shuffle_epi8(low_1, _mm_and_si128(one, nibble));
  __m128i c = _mm_shuffle_epi8(high_2, _mm_and_si128(_mm_srli_epi16(input, 4), nibble));
  __m128i special = _mm_and_si128(_mm_and_si128(a, b), c);
  __m128i third = _mm_subs_epu8(two, _mm_set1_epi8((char)(0xe0 - 0x80)));
  __m128i fourth = _mm_subs_epu8(three, _mm_set1_epi8((char)(0xf0 - 0x80)));
  __m128i must = _mm_and_si128(_mm_or_si128(third, fourth), _mm_set1_epi8((char)0x80));
  return _mm_xor_si128(must, special);
}

__attribute__((target("ssse3"))) static size_t valid_ssse3(const uint8_t *s, size_t count) {
  size_t at = 0;
  __m128i before = _mm_setzero_si128();
  bool was_ascii = true;
  for (; at + 64 <= count; at += 64) {
    __m128i part[4];
    __m128i any = _mm_setzero_si128();
    for (int i = 0; i < 4; i++) {
      part[i] = _mm_loadu_si128((const __m128i *)(s + at + 16 * i));
      any = _mm_or_si128(any, part[i]);
    }
    if (_mm_movemask_epi8(any) == 0) {
      if (!was_ascii && valid_portable(s, character_before(s, at), at) != at) break;
      was_ascii = true;
    } else {
      was_ascii = false;
      __m128i wrong = mistakes_ssse3(part[0], before);
      for (int i = 1; i < 4; i++)
        wrong = _mm_or_si128(wrong, mistakes_ssse3(part[i], part[i - 1]));
      if (_mm_movemask_epi8(_mm_cmpeq_epi8(wrong, _mm_setzero_si128())) != 0xffff) break;
    }
    before = part[3];
  }
  return valid_portable(s, character_before(s, at), count);
}
#endif

bool dm_utf8_has_variant(int variant) {
#if defined(__x86_64__)
  if (variant == 1) return __builtin_cpu_supports("ssse3");
  if (variant == 2) return __builtin_cpu_supports("avx2");
#endif
  return variant == 0;
}

size_t dm_utf8_valid_variant(int variant, const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (variant == 2) return valid_avx2(bytes, count);
  if (variant == 1) return valid_ssse3(bytes, count);
#else
  (void)variant;
#endif
  return valid_portable(bytes, 0, count);
}

size_t dm_utf8_valid(const uint8_t *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return valid_avx2(bytes, count);
  if (__builtin_cpu_supports("ssse3")) return valid_ssse3(bytes, count);
#endif
  return valid_portable(bytes, 0, count);
}
