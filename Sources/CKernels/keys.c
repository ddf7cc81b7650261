#include "keys_kernel.h"

#include <stdbool.h>
#include <string.h>

static const char tombstone[] = "\"$deleted\":true";

// One past the end of the string that begins at a quote.
static const uint8_t *string_end(const uint8_t *at) {
  for (at += 1; *at != '"'; at += 1) {
    if (*at == '\\') at += 1;
  }
  return at + 1;
}

// One past the end of a value: where the comma or brace behind it stands.
static const uint8_t *value_end(const uint8_t *at) {
  size_t depth = 0;
  for (;; at += 1) {
    switch (*at) {
    case '"': at = string_end(at) - 1; break;
    case '{': case '[': depth += 1; break;
    case ']': depth -= 1; break;
    case '}':
      if (depth == 0) return at;
      depth -= 1;
      break;
    case ',':
      if (depth == 0) return at;
      break;
    default: break;
    }
  }
}

static bool is_wanted(const dm_key_names *names, const uint8_t *name, size_t length) {
  uint32_t start = 0;
  for (uint32_t i = 0; i < names->count; i += 1) {
    uint32_t end = names->ends[i];
    if (end - start == length && memcmp(names->names + start, name, length) == 0) return true;
    start = end;
  }
  return false;
}

static uint8_t *put(uint8_t *out, const void *bytes, size_t length) {
  memcpy(out, bytes, length);
  return out + length;
}

// Writes the key of one line; NULL where a member is missing.
static uint8_t *key_line(const dm_key_names *names, const uint8_t *at, uint8_t *out) {
  uint32_t found = 0;
  *out++ = '{';
  if (names->before == 0) out = put(out, tombstone, sizeof tombstone - 1);
  // `{` or `,` stands before each member, `}` behind the last.
  while (*at != '}' && found < names->count && at[1] != '}') {
    const uint8_t *name = at + 1;
    const uint8_t *colon = string_end(name);
    at = value_end(colon + 1);
    if (!is_wanted(names, name, (size_t)(colon - name))) continue;
    if (out[-1] != '{') *out++ = ',';
    out = put(out, name, (size_t)(at - name));
    found += 1;
    if (found == names->before) {
      *out++ = ',';
      out = put(out, tombstone, sizeof tombstone - 1);
    }
  }
  if (found < names->count) return NULL;
  *out++ = '}';
  *out++ = '\n';
  return out;
}

size_t dm_key_lines(const dm_key_names *names, const uint8_t *lines, const uint32_t *ends,
                    size_t count, uint8_t *out, uint32_t *out_ends) {
  uint8_t *at = out;
  for (size_t i = 0; i < count; i += 1) {
    at = key_line(names, lines + (i == 0 ? 0 : ends[i - 1]), at);
    if (!at) return i;
    out_ends[i] = (uint32_t)(at - out);
  }
  return count;
}

void dm_keys_there(const dm_key_names *names, const uint8_t *lines, const uint32_t *ends,
                   size_t count, uint8_t *out, uint32_t *out_ends) {
  uint8_t *at = out;
  for (size_t i = 0; i < count; i += 1) {
    uint8_t *end = key_line(names, lines + (i == 0 ? 0 : ends[i - 1]), at);
    if (!end) {
      end = at;
      *end++ = '\n';
    }
    at = end;
    out_ends[i] = (uint32_t)(at - out);
  }
}
