#include "decode_kernel.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Copies ASCII from the front, 16 bytes at a time where that is known to be plain, else 8.
static inline size_t copy_ascii(const uint8_t *input, size_t count, uint8_t *output) {
  size_t at = 0;
#if defined(__SSE2__)
  for (; at + 16 <= count; at += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(input + at));
    if (_mm_movemask_epi8(bytes)) break;
    _mm_storeu_si128((__m128i *)(output + at), bytes);
  }
#endif
  for (; at + 8 <= count; at += 8) {
    uint64_t word;
    memcpy(&word, input + at, 8);
    if (word & 0x8080808080808080u) {
      // Up to eight bytes are written, those before the first other byte count.
      memcpy(output + at, &word, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
      return at + (size_t)(__builtin_ctzll(word & 0x8080808080808080u) >> 3);
#else
      return at + (size_t)(__builtin_clzll(word & 0x8080808080808080u) >> 3);
#endif
    }
    memcpy(output + at, &word, 8);
  }
  for (; at < count && input[at] < 0x80; at++) output[at] = input[at];
  return at;
}

dm_decoded dm_decode_table(const uint8_t *input, size_t count, const uint8_t *characters,
                           const uint8_t *lengths, bool ascii, uint8_t *output) {
  size_t at = 0;
  uint8_t *out = output;
  while (at < count) {
    if (ascii && input[at] < 0x80) {
      size_t run = copy_ascii(input + at, count - at, out);
      at += run;
      out += run;
      continue;
    }
    uint8_t byte = input[at];
    if (lengths[byte] == 0) return (dm_decoded){at, (size_t)(out - output), true};
    memcpy(out, characters + 4 * byte, 4);
    out += lengths[byte];
    at++;
  }
  return (dm_decoded){at, (size_t)(out - output), false};
}

static inline uint32_t unit(const uint8_t *bytes, bool big) {
  return big ? (uint32_t)bytes[0] << 8 | bytes[1] : (uint32_t)bytes[1] << 8 | bytes[0];
}

dm_decoded dm_decode_utf16(const uint8_t *input, size_t count, bool big, uint8_t *output) {
  size_t at = 0;
  uint8_t *out = output;
  while (at + 2 <= count) {
#if defined(__SSE2__)
    if (at + 16 <= count) {
      __m128i units = _mm_loadu_si128((const __m128i *)(input + at));
      if (big) units = _mm_or_si128(_mm_slli_epi16(units, 8), _mm_srli_epi16(units, 8));
      __m128i high = _mm_and_si128(units, _mm_set1_epi16((short)0xff80));
      if (_mm_movemask_epi8(_mm_cmpeq_epi16(high, _mm_setzero_si128())) == 0xffff) {
        _mm_storel_epi64((__m128i *)out, _mm_packus_epi16(units, units));
        out += 8;
        at += 16;
        continue;
      }
    }
#endif
    uint32_t value = unit(input + at, big);
    size_t length = 2;
    if ((value & 0xf800) == 0xd800) {
      if (value >= 0xdc00) return (dm_decoded){at, (size_t)(out - output), true};
      if (at + 4 > count) break;
      uint32_t low = unit(input + at + 2, big);
      if ((low & 0xfc00) != 0xdc00) return (dm_decoded){at, (size_t)(out - output), true};
      value = 0x10000 + ((value & 0x3ff) << 10) + (low & 0x3ff);
      length = 4;
    }
    at += length;
    if (value < 0x80) {
      *out++ = (uint8_t)value;
    } else if (value < 0x800) {
      *out++ = (uint8_t)(0xc0 | value >> 6);
      *out++ = (uint8_t)(0x80 | (value & 0x3f));
    } else if (value < 0x10000) {
      *out++ = (uint8_t)(0xe0 | value >> 12);
      *out++ = (uint8_t)(0x80 | (value >> 6 & 0x3f));
      *out++ = (uint8_t)(0x80 | (value & 0x3f));
    } else {
      *out++ = (uint8_t)(0xf0 | value >> 18);
      *out++ = (uint8_t)(0x80 | (value >> 12 & 0x3f));
      *out++ = (uint8_t)(0x80 | (value >> 6 & 0x3f));
      *out++ = (uint8_t)(0x80 | (value & 0x3f));
    }
  }
  return (dm_decoded){at, (size_t)(out - output), false};
}
