// How this works: markup is told apart by the bytes behind `<`. A tag ends at the first `>` outside
// quotes, all else at a sign of its own; text between is skipped 16 bytes at a time.
#include "xml_kernel.h"

#include <string.h>

// One past `sign` (of `length` bytes) at or behind `at`, or 0.
static size_t behind(
    const uint8_t *bytes, size_t at, size_t count, const char *sign, size_t length) {
  while (at < count) {
    const uint8_t *found = memchr(bytes + at, sign[0], count - at);
    if (found == NULL) return 0;
    at = (size_t)(found - bytes);
    if (count - at < length) return 0;
    if (memcmp(found, sign, length) == 0) return at + length;
    at += 1;
  }
  return 0;
}

static size_t tag_end(const uint8_t *bytes, size_t at, size_t count) {
  while (at < count) {
    at += dropmill_xml_find(bytes + at, count - at, '>', '"', '\'');
    if (at >= count) return 0;
    if (bytes[at] == '>') return at + 1;
    const uint8_t *close = memchr(bytes + at + 1, bytes[at], count - at - 1);
    if (close == NULL) return 0;
    at = (size_t)(close - bytes) + 1;
  }
  return 0;
}

static size_t markup_end(const uint8_t *bytes, size_t at, size_t count, int may_nest);

// The end of a declaration; brackets nest one deep, around the internal subset.
static size_t declaration_end(const uint8_t *bytes, size_t at, size_t count, int may_nest) {
  int inside = 0;
  while (at < count) {
    const uint8_t byte = bytes[at];
    if (byte == '"' || byte == '\'') {
      const uint8_t *close = memchr(bytes + at + 1, byte, count - at - 1);
      if (close == NULL) return 0;
      at = (size_t)(close - bytes) + 1;
    } else if (byte == '<' && inside) {
      at = markup_end(bytes, at, count, 0);
      if (at == 0) return 0;
    } else {
      if (byte == '[') inside = may_nest;
      if (byte == ']') inside = 0;
      if (byte == '>' && !inside) return at + 1;
      at += 1;
    }
  }
  return 0;
}

static size_t markup_end(const uint8_t *bytes, size_t at, size_t count, int may_nest) {
  if (count - at < 2) return 0;
  switch (bytes[at + 1]) {
    case '?':
      return behind(bytes, at + 2, count, "?>", 2);
    case '!': {
      static const char cdata[] = "<![CDATA[";
      static const char comment[] = "<!--";
      const size_t left = count - at;
      if (memcmp(bytes + at, comment, left < 4 ? left : 4) == 0)
        return left < 4 ? 0 : behind(bytes, at + 4, count, "-->", 3);
      if (memcmp(bytes + at, cdata, left < 9 ? left : 9) == 0)
        return left < 9 ? 0 : behind(bytes, at + 9, count, "]]>", 3);
      return declaration_end(bytes, at + 2, count, may_nest);
    }
    case '/': {
      const uint8_t *found = memchr(bytes + at, '>', count - at);
      return found == NULL ? 0 : (size_t)(found - bytes) + 1;
    }
    default:
      return tag_end(bytes, at + 1, count);
  }
}

size_t dropmill_xml_markup_end(const uint8_t *bytes, size_t at, size_t count) {
  return markup_end(bytes, at, count, 1);
}

// Which of the 64 bytes at `bytes` are `<`, and which end or quote within a tag.
typedef struct {
  uint64_t opens;
  uint64_t closes;
} signs;

static inline signs find_signs(const uint8_t *bytes) {
  signs found = {0, 0};
#if defined(__SSE2__)
  const __m128i open = _mm_set1_epi8('<');
  const __m128i close = _mm_set1_epi8('>');
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i apostrophe = _mm_set1_epi8('\'');
  for (int part = 0; part < 4; part++) {
    const __m128i chunk = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    const __m128i ends = _mm_or_si128(
        _mm_cmpeq_epi8(chunk, close),
        _mm_or_si128(_mm_cmpeq_epi8(chunk, quote), _mm_cmpeq_epi8(chunk, apostrophe)));
    found.opens |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(chunk, open))
                   << (16 * part);
    found.closes |= (uint64_t)(unsigned)_mm_movemask_epi8(ends) << (16 * part);
  }
#else
  for (int at = 0; at < 64; at++) {
    const uint8_t byte = bytes[at];
    found.opens |= (uint64_t)(byte == '<') << at;
    found.closes |= (uint64_t)(byte == '>' || byte == '"' || byte == '\'') << at;
  }
#endif
  return found;
}

void dropmill_xml_walk_on(dropmill_xml_walk *walk, const uint8_t *bytes, size_t count) {
  size_t at = walk->at;
  int64_t depth = walk->depth;
  if (at >= count) return;
  // `block` is where the signs were found; `at` lies in it, or behind it until they are found again.
  size_t block = at;
  signs found = find_signs(bytes + block);
  while (depth > 0) {
    uint64_t opens = at - block < 64 ? found.opens >> (at - block) : 0;
    while (opens == 0) {
      const size_t next = at - block < 64 ? block + 64 : at;
      if (next >= count) {
        at = count;
        goto done;
      }
      at = block = next;
      found = find_signs(bytes + block);
      opens = found.opens;
    }
    const size_t start = at + (size_t)__builtin_ctzll(opens);
    if (start + 1 >= count) {
      at = start < count ? start : count;
      goto done;
    }
    const uint8_t next = bytes[start + 1];
    size_t end = 0;
    if (next != '!' && next != '?') {
      const size_t from = start + 1 - block;
      uint64_t closes = from < 64 ? found.closes >> from << from : 0;
      size_t place = block;
      while (closes == 0 && place + 64 < count) {
        place += 64;
        found = find_signs(bytes + place);
        closes = found.closes;
      }
      block = place;
      if (closes != 0) end = place + (size_t)__builtin_ctzll(closes) + 1;
      // A quote opens a value; in an end tag it means nothing.
      if (end != 0 && end <= count && bytes[end - 1] != '>') end = markup_end(bytes, start, count, 1);
      if (end > count) end = 0;
    } else {
      end = markup_end(bytes, start, count, 1);
    }
    if (end == 0) {
      at = start;
      break;
    }
    if (next == '/') {
      depth -= 1;
    } else if (next != '!' && next != '?') {
      depth += bytes[end - 2] != '/';
    }
    at = end;
  }
done:
  walk->at = at;
  walk->depth = depth;
}
