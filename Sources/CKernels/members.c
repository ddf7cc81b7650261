#include "members_kernel.h"
#include "json_kernel.h"
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

INLINE size_t skip_space(const uint8_t *bytes, size_t at, ptrdiff_t *lines) {
  while (bytes[at] <= 0x20) {
    const uint8_t byte = bytes[at];
    if (byte == '\n') ++*lines;
    else if (byte != ' ' && byte != '\t' && byte != '\r') break;
    at++;
  }
  return at;
}

INLINE size_t skip_digits(const uint8_t *bytes, size_t at) {
#if defined(__SSE2__)
  while (true) {
    const __m128i chunk =
        _mm_sub_epi8(_mm_loadu_si128((const __m128i *)(bytes + at)), _mm_set1_epi8('0'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(9)), chunk);
    const unsigned others = (unsigned)_mm_movemask_epi8(is_digit) ^ 0xFFFFu;
    if (others != 0) return at + (size_t)__builtin_ctz(others);
    at += 16;
  }
#else
  while ((uint8_t)(bytes[at] - '0') < 10) at++;
  return at;
#endif
}

// One past the number of RFC 8259 at `at`; 0 where there is none. The 0 at the run's end stops it, and
// 15 bytes behind that may be read.
INLINE size_t number_end(const uint8_t *bytes, size_t at) {
  if (bytes[at] == '-') at++;
  size_t next = bytes[at] == '0' ? at + 1 : skip_digits(bytes, at);
  if (next == at) return 0;
  if (bytes[next] == '.') {
    at = next + 1;
    next = skip_digits(bytes, at);
    if (next == at) return 0;
  }
  if ((bytes[next] | 0x20) == 'e') {
    at = next + 1;
    if (bytes[at] == '+' || bytes[at] == '-') at++;
    next = skip_digits(bytes, at);
    if (next == at) return 0;
  }
  return next;
}

INLINE dm_cell cell_of(size_t place, size_t length, unsigned kind) {
  return (dm_cell){.place = (uint32_t)place, .word = (uint32_t)length | (uint32_t)kind << 28};
}

// One past the value at `at`, whose cell is set; 0 where the caller has to read it.
INLINE size_t read_value(const dm_members *r, size_t at, dm_cell *cell) {
  const uint8_t *const bytes = r->bytes;
  switch (bytes[at]) {
  case '"': {
    const size_t start = at + 1;
    const uint64_t run = dropmill_json_string_run(bytes + start, r->end - start);
    const size_t count = run >> 1, stop = start + count;
    if (stop >= r->end || bytes[stop] != '"' || count + 2 > r->value_limit) return 0;
    if ((run & 1) != 0 && dropmill_utf8_run(bytes + start, count) != count) return 0;
    *cell = cell_of(start, count, DM_PLAIN_TEXT);
    return stop + 1;
  }
  case 't':
    if (memcmp(bytes + at, "true", 4) != 0) return 0;
    *cell = cell_of(at, 4, DM_TRUE);
    return at + 4;
  case 'f':
    if (memcmp(bytes + at, "false", 5) != 0) return 0;
    *cell = cell_of(at, 5, DM_FALSE);
    return at + 5;
  case 'n':
    if (memcmp(bytes + at, "null", 4) != 0) return 0;
    *cell = (dm_cell){0, 0};
    return at + 4;
  default: {
    const size_t end = number_end(bytes, at);
    if (end == 0 || end - at > r->value_limit) return 0;
    *cell = cell_of(at, end - at, DM_JSON_NUMBER);
    return end;
  }
  }
}

bool dm_read_members(const dm_members *r, dm_member_place *place) {
  const uint8_t *const bytes = r->bytes;
  dm_trace *const traces = r->traces;
  size_t at = place->at, last = place->last;
  ptrdiff_t lines = place->lines;
  while (true) {
    const int32_t column = traces[last].next;
    if (bytes[at] != '"' || column < 0 || (size_t)column >= r->width) return false;
    const ptrdiff_t start = r->starts[column];
    const size_t length = (size_t)(r->starts[column + 1] - start);
    if (!dropmill_same(r->tokens + start, bytes + at + 1, length)) return false;
    const size_t next = (size_t)column + 1;
    if (traces[next].record == r->number) return false;
    dm_cell cell;
    size_t end = read_value(r, skip_space(bytes, at + 1 + length, &lines), &cell);
    if (end == 0) return false;
    end = skip_space(bytes, end, &lines);
    if (bytes[end] != ',' && bytes[end] != '}') return false;
    const bool is_end = bytes[end] == '}';
    traces[next].record = r->number;
    r->row[column] = cell;
    at = is_end ? end + 1 : skip_space(bytes, end + 1, &lines);
    last = next;
    *place = (dm_member_place){.at = at, .last = last, .lines = lines};
    if (is_end) return true;
  }
}
