#include "delimited_kernel.h"
#include <string.h>

static inline uint64_t shift_prefix_xor(uint64_t x) {
  x ^= x << 1; x ^= x << 2; x ^= x << 4; x ^= x << 8; x ^= x << 16; x ^= x << 32;
  return x;
}

// Portable: eight bytes a word. Bit 7 of each byte of the result is set where the byte matches;
// the multiplication gathers the eight bits (Hacker's Delight §6-1, without its false carries).
static inline uint64_t word_eq(uint64_t word, uint64_t splat) {
  uint64_t x = word ^ splat;
  uint64_t t = ((x & 0x7F7F7F7F7F7F7F7Full) + 0x7F7F7F7F7F7F7F7Full) | x;
  return ~t & 0x8080808080808080ull;
}
static inline uint64_t word_below(uint64_t word, uint64_t splat) {
  uint64_t low = (word & 0x7F7F7F7F7F7F7F7Full) + (0x8080808080808080ull - splat);
  return ~(low | word) & 0x8080808080808080ull;
}
static inline uint64_t gather(uint64_t bits) { return ((bits >> 7) * 0x0102040810204080ull) >> 56; }
static inline uint64_t portable_eq(const uint64_t *w, uint8_t c) {
  uint64_t splat = c * 0x0101010101010101ull, mask = 0;
  for (int k = 0; k < 8; k++) mask |= gather(word_eq(w[k], splat)) << (8 * k);
  return mask;
}
static inline uint64_t portable_below(const uint64_t *w, uint8_t c) {
  uint64_t splat = c * 0x0101010101010101ull, mask = 0;
  for (int k = 0; k < 8; k++) mask |= gather(word_below(w[k], splat)) << (8 * k);
  return mask;
}

// Eight at a time, without a branch for each: what is written too many is overwritten next.
static inline __attribute__((always_inline)) void list_bits(uint32_t *out, uint32_t base, uint64_t bits, int n) {
  for (int k = 0; k < n; k += 8) {
    for (int j = 0; j < 8; j++) {
      out[k + j] = base + (uint32_t)__builtin_ctzll(bits | (1ull << 63));
      bits &= bits - 1;
    }
  }
}

#define DM_NAME(x) portable_##x
#define DM_TARGET
#define DM_LOAD uint64_t w[8]; memcpy(w, p, 64);
#define dm_eq(c) portable_eq(w, c)
#define dm_below(c) portable_below(w, c)
#define dm_prefix_xor(x) shift_prefix_xor(x)
#define dm_list list_bits
#include "delimited_variant.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define DM_NAME(x) sse2_##x
#define DM_TARGET __attribute__((target("sse2,pclmul,popcnt")))
#define DM_LOAD \
  __m128i a = _mm_loadu_si128((const __m128i *)p), b = _mm_loadu_si128((const __m128i *)(p + 16)), \
          c_ = _mm_loadu_si128((const __m128i *)(p + 32)), e = _mm_loadu_si128((const __m128i *)(p + 48));
#define SSE_MASK(op, v) \
  ((uint64_t)(uint32_t)_mm_movemask_epi8(op(a, v)) | (uint64_t)(uint32_t)_mm_movemask_epi8(op(b, v)) << 16 | \
   (uint64_t)(uint32_t)_mm_movemask_epi8(op(c_, v)) << 32 | (uint64_t)(uint32_t)_mm_movemask_epi8(op(e, v)) << 48)
#define SSE_LE(x, v) _mm_cmpeq_epi8(_mm_max_epu8(x, v), v)
#define dm_eq(c) SSE_MASK(_mm_cmpeq_epi8, _mm_set1_epi8((char)(c)))
#define dm_below(c) SSE_MASK(SSE_LE, _mm_set1_epi8((char)((c) - 1)))
#define dm_prefix_xor(x) \
  (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)(x)), _mm_set1_epi8(-1), 0))
#define dm_list list_bits
#include "delimited_variant.h"

#define DM_NAME(x) avx2_##x
#define DM_TARGET __attribute__((target("avx2,pclmul,bmi,lzcnt,popcnt")))
#define DM_LOAD \
  __m256i a = _mm256_loadu_si256((const __m256i *)p), b = _mm256_loadu_si256((const __m256i *)(p + 32));
#define AVX_MASK(op, v) \
  ((uint64_t)(uint32_t)_mm256_movemask_epi8(op(a, v)) | (uint64_t)(uint32_t)_mm256_movemask_epi8(op(b, v)) << 32)
#define AVX_LE(x, v) _mm256_cmpeq_epi8(_mm256_max_epu8(x, v), v)
#define dm_eq(c) AVX_MASK(_mm256_cmpeq_epi8, _mm256_set1_epi8((char)(c)))
#define dm_below(c) AVX_MASK(AVX_LE, _mm256_set1_epi8((char)((c) - 1)))
#define dm_prefix_xor(x) \
  (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)(x)), _mm_set1_epi8(-1), 0))
#define dm_list list_bits
#include "delimited_variant.h"

#define DM_NAME(x) avx512_##x
#define DM_TARGET __attribute__((target("avx512f,avx512bw,pclmul,bmi,lzcnt,popcnt")))
#define DM_LOAD __m512i a = _mm512_loadu_si512((const void *)p);
#define dm_eq(c) (uint64_t)_mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8((char)(c)))
#define dm_below(c) (uint64_t)_mm512_cmplt_epu8_mask(a, _mm512_set1_epi8((char)(c)))
#define dm_prefix_xor(x) \
  (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)(x)), _mm_set1_epi8(-1), 0))
#define dm_list list_bits
#include "delimited_variant.h"

// The same with the places packed by one instruction, 16 of them a store.
__attribute__((target("avx512f,avx512bw,avx512vbmi2"), always_inline)) static inline void list_packed(
    uint32_t *out, uint32_t base, uint64_t bits, int n) {
  const __m512i ascending = _mm512_set_epi8(
      63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38,
      37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12,
      11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i packed = _mm512_maskz_compress_epi8(bits, ascending), from = _mm512_set1_epi32((int)base);
#define LIST(k) \
  _mm512_storeu_si512(out + 16 * (k), _mm512_add_epi32(from, \
      _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(packed, k))))
  LIST(0);
  if (n > 16) {
    LIST(1);
    if (n > 32) {
      LIST(2);
      LIST(3);
    }
  }
#undef LIST
}

#define DM_NAME(x) vbmi2_##x
#define DM_TARGET __attribute__((target("avx512f,avx512bw,avx512vbmi2,pclmul,bmi,lzcnt,popcnt")))
#define DM_LOAD __m512i a = _mm512_loadu_si512((const void *)p);
#define dm_eq(c) (uint64_t)_mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8((char)(c)))
#define dm_below(c) (uint64_t)_mm512_cmplt_epu8_mask(a, _mm512_set1_epi8((char)(c)))
#define dm_prefix_xor(x) \
  (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)(x)), _mm_set1_epi8(-1), 0))
#define dm_list list_packed
#include "delimited_variant.h"
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

static inline uint64_t neon_gather(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t ab = vpaddq_u8(vandq_u8(a, bit), vandq_u8(b, bit));
  uint8x16_t cd = vpaddq_u8(vandq_u8(c, bit), vandq_u8(d, bit));
  ab = vpaddq_u8(ab, cd);
  ab = vpaddq_u8(ab, ab);
  return vgetq_lane_u64(vreinterpretq_u64_u8(ab), 0);
}
#define DM_NAME(x) neon_##x
#define DM_TARGET
#define DM_LOAD uint8x16_t a = vld1q_u8(p), b = vld1q_u8(p + 16), c_ = vld1q_u8(p + 32), e = vld1q_u8(p + 48);
#define dm_eq(c) neon_gather(vceqq_u8(a, vdupq_n_u8(c)), vceqq_u8(b, vdupq_n_u8(c)), vceqq_u8(c_, vdupq_n_u8(c)), vceqq_u8(e, vdupq_n_u8(c)))
#define dm_below(c) neon_gather(vcltq_u8(a, vdupq_n_u8(c)), vcltq_u8(b, vdupq_n_u8(c)), vcltq_u8(c_, vdupq_n_u8(c)), vcltq_u8(e, vdupq_n_u8(c)))
#define dm_prefix_xor(x) shift_prefix_xor(x)
#define dm_list list_bits
#include "delimited_variant.h"
#endif

bool dm_has_variant(int variant) {
  switch (variant) {
  case 0: return true;
#if defined(__x86_64__)
  case 1: return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("popcnt");
  case 2: return dm_has_variant(1) && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
  case 3: return dm_has_variant(2) && __builtin_cpu_supports("avx512bw");
  case 5: return dm_has_variant(3) && __builtin_cpu_supports("avx512vbmi2");
#endif
#if defined(__aarch64__)
  case 4: return true;
#endif
  default: return false;
  }
}

dm_split dm_split_records_variant(int variant, const uint8_t *bytes, size_t count, dm_dialect dialect) {
  switch (variant) {
#if defined(__x86_64__)
  case 1: return sse2_split(bytes, count, dialect);
  case 2: return avx2_split(bytes, count, dialect);
  case 3: return avx512_split(bytes, count, dialect);
  case 5: return vbmi2_split(bytes, count, dialect);
#endif
#if defined(__aarch64__)
  case 4: return neon_split(bytes, count, dialect);
#endif
  default: return portable_split(bytes, count, dialect);
  }
}

dm_found dm_index_fields_variant(int variant, const uint8_t *bytes, size_t count, dm_dialect dialect,
                                 uint32_t *places, uint32_t *ends, uint64_t *care) {
  switch (variant) {
#if defined(__x86_64__)
  case 1: return sse2_index(bytes, count, dialect, places, ends, care);
  case 2: return avx2_index(bytes, count, dialect, places, ends, care);
  case 3: return avx512_index(bytes, count, dialect, places, ends, care);
  case 5: return vbmi2_index(bytes, count, dialect, places, ends, care);
#endif
#if defined(__aarch64__)
  case 4: return neon_index(bytes, count, dialect, places, ends, care);
#endif
  default: return portable_index(bytes, count, dialect, places, ends, care);
  }
}

static int best_variant(void) {
  static int best = -1;  // the same value whoever writes it first
  int known = __atomic_load_n(&best, __ATOMIC_RELAXED);
  if (known >= 0) return known;
  known = 0;
  for (int variant = 5; variant > 0; variant--)
    if (dm_has_variant(variant)) { known = variant; break; }
  __atomic_store_n(&best, known, __ATOMIC_RELAXED);
  return known;
}

dm_split dm_split_records(const uint8_t *bytes, size_t count, dm_dialect dialect) {
  return dm_split_records_variant(best_variant(), bytes, count, dialect);
}

dm_found dm_index_fields(const uint8_t *bytes, size_t count, dm_dialect dialect, uint32_t *places,
                         uint32_t *ends, uint64_t *care) {
  return dm_index_fields_variant(best_variant(), bytes, count, dialect, places, ends, care);
}
