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

void dropmill_xml_walk_on(dropmill_xml_walk *walk, const uint8_t *bytes, size_t count) {
  size_t at = walk->at;
  int64_t depth = walk->depth;
  while (depth > 0) {
    at += dropmill_xml_find(bytes + at, count - at, '<', '<', '<');
    if (at >= count) {
      at = count;
      break;
    }
    const size_t end = markup_end(bytes, at, count, 1);
    if (end == 0) break;
    const uint8_t next = bytes[at + 1];
    if (next == '/') {
      depth -= 1;
    } else if (next != '!' && next != '?') {
      depth += bytes[end - 2] != '/';
    }
    at = end;
  }
  walk->at = at;
  walk->depth = depth;
}
