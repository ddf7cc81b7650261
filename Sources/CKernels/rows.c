#include "rows_kernel.h"
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

// Which of the 64 bytes from `at` on need care, a bit each.
INLINE uint64_t care_of(const uint64_t *care, size_t at) {
  const size_t word = at >> 6, shift = at & 63;
  // The second shift is split in two because a shift by 64 must give 0.
  return (care[word] >> shift) | ((care[word + 1] << 1) << (63 - shift));
}

// The same, as far as `end`.
INLINE uint64_t care_from(const uint64_t *care, size_t at, size_t end) {
  const uint64_t bits = care_of(care, at);
  return end - at < 64 ? bits & ~(~0ull << (end - at)) : bits;
}

INLINE bool needs_care(const uint64_t *care, size_t at, size_t end) {
  for (;; at += 64) {
    if (care_from(care, at, end) != 0) return true;
    if (end - at <= 64) return false;
  }
}

INLINE dm_cell cell_of(size_t place, size_t length, unsigned kind) {
  return (dm_cell){.place = (uint32_t)place, .word = (uint32_t)length | (uint32_t)kind << 28};
}

// A value between quotes that needs care: with its doubled quotes halved, in the scratch bytes, or
// as it stands where it has none. Counts the line ends in it. False where scratch has no room.
static bool read_careful(const dm_fields *f, dm_reading *r, size_t at, size_t end, size_t *line,
                         dm_cell *cell) {
  const uint8_t *const bytes = f->bytes;
  uint8_t *out = r->scratch + r->scratch_count;
  size_t from = at;
  bool has_quote = false;
  for (size_t chunk = at; chunk < end; chunk += 64) {
    for (uint64_t bits = care_from(f->care, chunk, end); bits; bits &= bits - 1) {
      const size_t place = chunk + (size_t)__builtin_ctzll(bits);
      const uint8_t byte = bytes[place];
      if (byte == f->line_end) ++*line;
      if (byte != f->quote || place < from) continue;
      if (!has_quote && r->scratch_room - r->scratch_count < end - at) return false;
      has_quote = true;
      memcpy(out, bytes + from, place + 1 - from);
      out += place + 1 - from;
      from = place + 2;
    }
  }
  if (!has_quote) {
    *cell = cell_of(f->start + at, end - at, DM_TEXT);
    return true;
  }
  if (from < end) {
    memcpy(out, bytes + from, end - from);
    out += end - from;
  }
  const size_t count = (size_t)(out - r->scratch);
  *cell = cell_of(r->scratch_count | 0x80000000u, count - r->scratch_count, DM_TEXT);
  r->scratch_count = count;
  return true;
}

// A value that needs care, or is longer than 64 bytes.
static bool read_other(const dm_fields *f, dm_reading *r, size_t at, size_t end, size_t *line,
                       dm_cell *cell) {
  unsigned kind = DM_PLAIN_TEXT;
  if (needs_care(f->care, at, end)) {
    kind = DM_TEXT;
    if (f->has_quote && f->bytes[at] == f->quote) {
      at++;
      end--;
      if (end <= at) {
        *cell = (dm_cell){0, 0};
        return true;
      }
      if (needs_care(f->care, at, end)) return read_careful(f, r, at, end, line, cell);
      kind = DM_PLAIN_TEXT;
    }
  }
  *cell = cell_of(f->start + at, end - at, kind);
  return true;
}

INLINE bool read_cell(const dm_fields *f, dm_reading *r, size_t at, size_t end, size_t *line,
                      dm_cell *cell) {
  const size_t length = end - at;
  if (length == 0) {
    *cell = (dm_cell){0, 0};
    return true;
  }
  if (length > 64 || care_of(f->care, at) << (64 - length) != 0)
    return read_other(f, r, at, end, line, cell);
  *cell = cell_of(f->start + at, length, DM_PLAIN_TEXT);
  return true;
}

// The end of a record's last value: the CRs before its line end are none of it.
INLINE size_t without_returns(const dm_fields *f, size_t at, size_t end) {
  if (f->line_end == '\n')
    while (end > at && f->bytes[end - 1] == '\r') end--;
  return end;
}

// Whether a record of one field, or of as many as the table has, holds no value at all.
INLINE bool is_blank(const dm_fields *f, size_t fields, size_t at, size_t end) {
  // What is longer can be delimiters alone only where two CRs or more stand behind them.
  if (end - at > f->width && !(f->line_end == '\n' && f->bytes[end - 2] == '\r')) return false;
  const size_t length = without_returns(f, at, end) - at;
  if (fields == 1) return length == 0;
  return fields == f->width && length == fields - 1;
}

// Reads the record into `cells`; false where scratch has no room.
INLINE bool read_record(const dm_fields *f, dm_reading *r, dm_cell *cells, size_t *line) {
  const uint32_t *const places = f->places + r->field;
  const size_t last = f->width - 1;
  size_t at = r->at;
  for (size_t column = 0; column < last; column++) {
    const size_t end = places[column];
    if (!read_cell(f, r, at, end, line, &cells[column])) return false;
    at = end + 1;
  }
  return read_cell(f, r, at, without_returns(f, at, places[last]), line, &cells[last]);
}

dm_read dm_read_rows(const dm_fields *f, dm_reading *r) {
  while (r->record < f->end_count) {
    const size_t next = (size_t)f->ends[r->record] + 1;
    const size_t end = f->places[next - 1];
    const size_t fields = next - r->field;
    size_t line = r->line;
    bool is_row = false;
    const size_t length = end - r->at;
    if (!is_blank(f, fields, r->at, end)) {
      if (fields != f->width || length > f->field_limit) return DM_ODD_RECORD;
      if (r->row_count == r->row_room) return DM_ROWS_FULL;
      const size_t scratch_count = r->scratch_count;
      if (!read_record(f, r, r->cells + r->row_count * f->width, &line)) {
        r->scratch_count = scratch_count;
        return DM_SCRATCH_FULL;
      }
      r->row_lines[r->row_count++] = (uint32_t)r->line;
      is_row = true;
    }
    r->record++;
    r->field = next;
    r->at = end + 1;
    r->line = line + 1;
    if (is_row && f->header_length >= 0 &&
        (length == (size_t)f->header_length || length == (size_t)f->header_length + 1))
      return DM_LIKE_HEADER;
  }
  return DM_READ;
}
