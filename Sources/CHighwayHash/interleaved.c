// HighwayHash-128 of three lines at a time.
//
// Each round of the hash waits for the one before it, and a record has about a dozen: the processor is
// idle for half of the time. Three lines have nothing to wait for from each other. The hash is that of
// the library, bit for bit (github.com/google/highwayhash, whose portable version is its definition).
#include "interleaved.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE_AVX2 AVX2 __attribute__((always_inline)) static inline

typedef struct {
  __m256i v0, v1, mul0, mul1;
} hash_state;

INLINE_AVX2 __m256i words(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return _mm256_set_epi64x((long long)d, (long long)c, (long long)b, (long long)a);
}

// The two halves of each word change places.
INLINE_AVX2 __m256i halves_swapped(__m256i word) {
  return _mm256_shuffle_epi32(word, _MM_SHUFFLE(2, 3, 0, 1));
}

INLINE_AVX2 hash_state begun(__m256i key) {
  hash_state state;
  state.mul0 = words(0xDBE6D5D5FE4CCE2F, 0xA4093822299F31D0, 0x13198A2E03707344, 0x243F6A8885A308D3);
  state.mul1 = words(0x3BD39E10CB0EF593, 0xC0ACF169B5F18A8C, 0xBE5466CF34E90C6C, 0x452821E638D01377);
  state.v0 = _mm256_xor_si256(state.mul0, key);
  state.v1 = _mm256_xor_si256(state.mul1, halves_swapped(key));
  return state;
}

INLINE_AVX2 __m256i zipped(__m256i word) {
  const __m256i order = words(0x000F010E05020C03, 0x070806090D0A040B, 0x000F010E05020C03, 0x070806090D0A040B);
  return _mm256_shuffle_epi8(word, order);
}

INLINE_AVX2 void update(hash_state *state, __m256i packet) {
  state->v1 = _mm256_add_epi64(state->v1, _mm256_add_epi64(state->mul0, packet));
  state->mul0 = _mm256_xor_si256(state->mul0,
                                 _mm256_mul_epu32(state->v1, _mm256_srli_epi64(state->v0, 32)));
  state->v0 = _mm256_add_epi64(state->v0, state->mul1);
  state->mul1 = _mm256_xor_si256(state->mul1,
                                 _mm256_mul_epu32(state->v0, _mm256_srli_epi64(state->v1, 32)));
  state->v0 = _mm256_add_epi64(state->v0, zipped(state->v1));
  state->v1 = _mm256_add_epi64(state->v1, zipped(state->v0));
}

INLINE_AVX2 __m256i packet_at(const uint8_t *bytes) {
  return _mm256_loadu_si256((const __m256i *)bytes);
}

// Takes the last bytes, fewer than 32. Their number is as good as random: no branch on it.
INLINE_AVX2 void update_rest(hash_state *state, const uint8_t *bytes, size_t count) {
  if (count == 0) return;
  __m128i left = _mm_cvtsi32_si128((int)count), right = _mm_cvtsi32_si128(32 - (int)count);
  state->v0 = _mm256_add_epi64(state->v0, _mm256_set1_epi32((int)count));
  state->v1 = _mm256_or_si256(_mm256_sll_epi32(state->v1, left), _mm256_srl_epi32(state->v1, right));
  const __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256i whole_words = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(count / 4)), places);
  __m256i packet = _mm256_maskload_epi32((const int *)bytes, whole_words);
  // What is over goes to one more word: of 16 and more the last four bytes, else the last up to three.
  size_t whole = count & ~(size_t)3, over = count & 3;
  size_t is_long = count >> 4;
  uint32_t last;
  memcpy(&last, is_long ? bytes + count - 4 : bytes, 4);
  uint32_t three = (uint32_t)bytes[whole] | (uint32_t)bytes[whole + over / 2] << 8
                   | (uint32_t)bytes[count - 1] << 16;
  uint32_t word = is_long ? last : three & (uint32_t)-(int32_t)(over != 0);
  __m256i place = _mm256_set1_epi32(is_long ? 7 : 4);
  packet = _mm256_or_si256(packet, _mm256_and_si256(_mm256_set1_epi32((int)word),
                                                    _mm256_cmpeq_epi32(places, place)));
  update(state, packet);
}

INLINE_AVX2 void mix(hash_state *state) {
  update(state, halves_swapped(_mm256_permute4x64_epi64(state->v0, _MM_SHUFFLE(1, 0, 3, 2))));
}

// The hash as two words, the more significant first.
INLINE_AVX2 void finish(const hash_state *state, uint64_t out[2]) {
  __m256i low = _mm256_add_epi64(state->v0, state->mul0);
  __m256i high = _mm256_add_epi64(state->v1, state->mul1);
  __m128i sum = _mm_add_epi64(_mm256_castsi256_si128(low), _mm256_extracti128_si256(high, 1));
  _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi32(sum, _MM_SHUFFLE(1, 0, 3, 2)));
}

// The states of three lines are twelve of the sixteen registers; four lines take twice the time of three.
enum { LINES = 3 };
#define EACH(line) _Pragma("clang loop unroll(full)") for (int line = 0; line < LINES; line += 1)

AVX2 static size_t fingerprints(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends,
                                size_t count, uint64_t *out) {
  const __m256i secret = _mm256_loadu_si256((const __m256i *)key);
  size_t start = 0, done = 0;
  for (; done + LINES <= count; done += LINES) {
    const uint8_t *line[LINES];
    size_t size[LINES], common = SIZE_MAX;
    hash_state state[LINES];
    EACH(i) {
      line[i] = bytes + start;
      size[i] = ends[done + i] - 1 - start;
      start = ends[done + i];
      if (size[i] < common) common = size[i];
      state[i] = begun(secret);
    }
    common &= ~(size_t)31;
    for (size_t at = 0; at < common; at += 32) EACH(i) update(&state[i], packet_at(line[i] + at));
    EACH(i) {
      size_t at = common;
      for (; at + 32 <= size[i]; at += 32) update(&state[i], packet_at(line[i] + at));
      update_rest(&state[i], line[i] + at, size[i] - at);
    }
    for (int round = 0; round < 6; round += 1) EACH(i) mix(&state[i]);
    EACH(i) finish(&state[i], out + 2 * (done + i));
  }
  return done;
}

size_t dm_fingerprints_interleaved(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends,
                                   size_t count, uint64_t *out) {
  return __builtin_cpu_supports("avx2") ? fingerprints(key, bytes, ends, count, out) : 0;
}

#else

size_t dm_fingerprints_interleaved(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends,
                                   size_t count, uint64_t *out) {
  (void)key, (void)bytes, (void)ends, (void)count, (void)out;
  return 0;
}

#endif
