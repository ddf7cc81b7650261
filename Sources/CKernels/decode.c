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
    if (lengths[byte] == 0) return (dm_decoded){at, (size_t)(out - output), 1};
    memcpy(out, characters + 4 * byte, 4);
    out += lengths[byte];
    at++;
  }
  return (dm_decoded){at, (size_t)(out - output), 0};
}

// Writes a code point as UTF-8.
static inline uint8_t *put(uint8_t *out, uint32_t value) {
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
  return out;
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
      if (value >= 0xdc00) return (dm_decoded){at, (size_t)(out - output), 2};
      if (at + 4 > count) break;
      uint32_t low = unit(input + at + 2, big);
      if ((low & 0xfc00) != 0xdc00) return (dm_decoded){at, (size_t)(out - output), 2};
      value = 0x10000 + ((value & 0x3ff) << 10) + (low & 0x3ff);
      length = 4;
    }
    at += length;
    out = put(out, value);
  }
  return (dm_decoded){at, (size_t)(out - output), 0};
}

// What stands at the front of the input: `taken` bytes are `value`, or `wrong` bytes are nothing; the end
// cuts it off where both are 0. The rules are those of https://encoding.spec.whatwg.org, by its names: a
// second byte that is ASCII is not taken for a part of what is wrong.
typedef struct {
  uint32_t value;
  uint32_t also;  // Big5 has four characters of two code points
  uint8_t taken;
  uint8_t wrong;
} character;

static inline bool within(uint8_t byte, uint8_t low, uint8_t high) {
  return byte >= low && byte <= high;
}

static inline character pair(uint32_t value, uint8_t trail) {
  if (value) return (character){.value = value, .taken = 2};
  return (character){.wrong = trail < 0x80 ? 1 : 2};
}

static character big5(const uint8_t *in, size_t count, const dm_pairs *pairs) {
  if (!within(in[0], 0x81, 0xfe)) return (character){.wrong = 1};
  if (count < 2) return (character){0};
  uint8_t trail = in[1];
  uint32_t value = 0;
  if (within(trail, 0x40, 0x7e) || within(trail, 0xa1, 0xfe)) {
    uint32_t pointer = (in[0] - 0x81u) * 157 + trail - (trail < 0x7f ? 0x40 : 0x62);
    value = pairs->index[pointer];
    if (!value && (pointer == 1133 || pointer == 1135)) {
      return (character){.value = 0xca, .also = pointer == 1133 ? 0x304 : 0x30c, .taken = 2};
    }
    if (!value && (pointer == 1164 || pointer == 1166)) {
      return (character){.value = 0xea, .also = pointer == 1164 ? 0x304 : 0x30c, .taken = 2};
    }
  }
  return pair(value, trail);
}

static character euc_kr(const uint8_t *in, size_t count, const dm_pairs *pairs) {
  if (!within(in[0], 0x81, 0xfe)) return (character){.wrong = 1};
  if (count < 2) return (character){0};
  uint8_t trail = in[1];
  uint32_t value =
      within(trail, 0x41, 0xfe) ? pairs->index[(in[0] - 0x81u) * 190 + trail - 0x41] : 0;
  return pair(value, trail);
}

static character shift_jis(const uint8_t *in, size_t count, const dm_pairs *pairs) {
  uint8_t lead = in[0];
  if (lead == 0x80) return (character){.value = 0x80, .taken = 1};
  if (within(lead, 0xa1, 0xdf)) return (character){.value = 0xff61u - 0xa1 + lead, .taken = 1};
  if (!within(lead, 0x81, 0x9f) && !within(lead, 0xe0, 0xfc)) return (character){.wrong = 1};
  if (count < 2) return (character){0};
  uint8_t trail = in[1];
  uint32_t value = 0;
  if (within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfc)) {
    uint32_t pointer = (lead - (lead < 0xa0 ? 0x81u : 0xc1u)) * 188 + trail - (trail < 0x7f ? 0x40 : 0x41);
    // Microsoft's room for what users define.
    bool own = pointer >= 8836 && pointer <= 10715;
    value = own ? 0xe000 - 8836 + pointer : pairs->index[pointer];
  }
  return pair(value, trail);
}

static character euc_jp(const uint8_t *in, size_t count, const dm_pairs *pairs) {
  uint8_t lead = in[0];
  if (lead != 0x8e && lead != 0x8f && !within(lead, 0xa1, 0xfe)) return (character){.wrong = 1};
  if (count < 2) return (character){0};
  uint8_t trail = in[1];
  if (lead == 0x8e) {
    return pair(within(trail, 0xa1, 0xdf) ? 0xff61u - 0xa1 + trail : 0, trail);
  }
  bool fits = within(trail, 0xa1, 0xfe);
  if (lead != 0x8f) return pair(fits ? pairs->index[(lead - 0xa1u) * 94 + trail - 0xa1] : 0, trail);
  if (!fits) return pair(0, trail);
  if (count < 3) return (character){0};
  uint8_t third = in[2];
  uint32_t value = within(third, 0xa1, 0xfe) ? pairs->second[(trail - 0xa1u) * 94 + third - 0xa1] : 0;
  if (value) return (character){.value = value, .taken = 3};
  return (character){.wrong = third < 0x80 ? 2 : 3};
}

// The code point of a pointer of four bytes; 0 where there is none.
static uint32_t gb18030_range(uint32_t pointer, const dm_pairs *pairs) {
  if ((pointer > 39419 && pointer < 189000) || pointer > 1237575) return 0;
  if (pointer == 7457) return 0xe7c7;
  size_t low = 0, high = pairs->second_count / 2;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (pairs->second[2 * middle] <= pointer) low = middle;
    else high = middle;
  }
  return pairs->second[2 * low + 1] + pointer - pairs->second[2 * low];
}

static character gb18030(const uint8_t *in, size_t count, const dm_pairs *pairs) {
  uint8_t lead = in[0];
  if (lead == 0x80) return (character){.value = 0x20ac, .taken = 1};
  if (lead == 0xff) return (character){.wrong = 1};
  if (count < 2) return (character){0};
  uint8_t trail = in[1];
  if (!within(trail, 0x30, 0x39)) {
    bool fits = within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfe);
    uint32_t pointer = (lead - 0x81u) * 190 + trail - (trail < 0x7f ? 0x40 : 0x41);
    return pair(fits ? pairs->index[pointer] : 0, trail);
  }
  if (count < 3) return (character){0};
  if (!within(in[2], 0x81, 0xfe)) return (character){.wrong = 1};
  if (count < 4) return (character){0};
  if (!within(in[3], 0x30, 0x39)) return (character){.wrong = 1};
  uint32_t pointer = (((lead - 0x81u) * 10 + trail - 0x30) * 126 + in[2] - 0x81) * 10 + in[3] - 0x30;
  uint32_t value = gb18030_range(pointer, pairs);
  return value ? (character){.value = value, .taken = 4} : (character){.wrong = 4};
}

dm_decoded dm_decode_pairs(const uint8_t *input, size_t count, bool last, const dm_pairs *pairs,
                           uint8_t *output) {
  size_t at = 0;
  uint8_t *out = output;
  while (at < count) {
    if (input[at] < 0x80) {
      size_t run = copy_ascii(input + at, count - at, out);
      at += run;
      out += run;
      continue;
    }
    character next = {0};
    switch (pairs->family) {
      case DM_BIG5: next = big5(input + at, count - at, pairs); break;
      case DM_EUC_KR: next = euc_kr(input + at, count - at, pairs); break;
      case DM_GB18030: next = gb18030(input + at, count - at, pairs); break;
      case DM_SHIFT_JIS: next = shift_jis(input + at, count - at, pairs); break;
      case DM_EUC_JP: next = euc_jp(input + at, count - at, pairs); break;
    }
    if (next.taken == 0) {
      size_t wrong = (next.wrong || !last) ? next.wrong : count - at;
      return (dm_decoded){at, (size_t)(out - output), wrong};
    }
    out = put(out, next.value);
    if (next.also) out = put(out, next.also);
    at += next.taken;
  }
  return (dm_decoded){at, (size_t)(out - output), 0};
}
