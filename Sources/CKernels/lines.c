#include "lines_kernel.h"
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

// How this works: a value's bytes are looked at 16 at a time, as masks with a bit a byte: which are
// no digits, which are zeros. What a number's marks are, and where its zeros end, is then a matter of
// a few operations on the masks. Copies are of 16 bytes each, past the value's end: both sides have
// slack, and what is written too much is overwritten next.

INLINE void copy16(uint8_t *target, const uint8_t *source) { memcpy(target, source, 16); }

// The first 32 bytes without a branch: most values are shorter, and where it is not known how long
// the next one is, a branch costs more than a copy.
INLINE void copy(uint8_t *target, const uint8_t *source, size_t count) {
  copy16(target, source);
  copy16(target + 16, source + 16);
  for (size_t at = 32; at < count; at += 16) copy16(target + at, source + at);
}

// Keys are shorter, and that of a column is always as long.
INLINE void copy_key(uint8_t *target, const uint8_t *source, size_t count) {
  copy16(target, source);
  for (size_t at = 16; at < count; at += 16) copy16(target + at, source + at);
}

typedef struct {
  uint64_t marks;  // bytes that are no digits
  uint64_t zeros;
} digits;

INLINE digits digits16(const uint8_t *text) {
#if defined(__SSE2__)
  const __m128i chunk = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)text), _mm_set1_epi8('0'));
  const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(9)), chunk);
  return (digits){
      .marks = (uint16_t)~_mm_movemask_epi8(is_digit),
      .zeros = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(chunk, _mm_setzero_si128()))};
#else
  digits found = {0, 0};
  for (int at = 0; at < 16; at++) {
    const uint8_t digit = (uint8_t)(text[at] - '0');
    found.marks |= (uint64_t)(digit > 9) << at;
    found.zeros |= (uint64_t)(digit == 0) << at;
  }
  return found;
#endif
}

// The masks of a text of 1 to 64 bytes.
INLINE digits digits_of(const uint8_t *text, size_t count) {
  digits found = digits16(text);
  for (size_t at = 16; at < count; at += 16) {
    const digits more = digits16(text + at);
    found.marks |= more.marks << at;
    found.zeros |= more.zeros << at;
  }
  const uint64_t valid = ~0ull >> (64 - count);
  found.marks &= valid;
  found.zeros &= valid;
  return found;
}

enum kind { INTEGER, NUMBER, DECIMAL };

// Where a number's point goes and its last digit that counts; `fraction` 0: it has no fraction.
typedef struct {
  bool is_good;
  size_t whole;     // one past the whole part's last byte
  size_t fraction;  // bytes of the fraction that are kept
} parts;

// `whole_digits` and `fraction_digits` of a number whose fraction begins at `start`: what is kept.
INLINE parts parts_of(const uint8_t *text, size_t count, digits found, size_t sign, size_t whole,
                      size_t whole_digits, enum kind kind) {
  parts answer = {.is_good = false, .whole = whole, .fraction = 0};
  const bool is_below_one = text[sign] == '0';
  if (whole_digits == 0 || (is_below_one && whole_digits > 1)) return answer;
  if (whole == count) {
    // -0 loses its sign: a matter for the caller.
    answer.is_good = !(is_below_one && sign) && (kind == DECIMAL || whole_digits <= 15);
    return answer;
  }
  const size_t start = whole + 1;
  if (kind == INTEGER || start == count) return answer;
  if (kind == NUMBER && whole_digits + (count - start) > 15) return answer;
  const uint64_t counting = ~found.zeros & (~0ull >> (64 - count)) & (~0ull << start);
  if (counting == 0) {
    answer.is_good = !(is_below_one && sign);
    return answer;
  }
  // Below 0.000001 JSON writes an exponent.
  if (kind == NUMBER && is_below_one && (size_t)__builtin_ctzll(counting) > start + 5) return answer;
  answer.fraction = (size_t)(64 - __builtin_clzll(counting)) - start;
  answer.is_good = true;
  return answer;
}

// A number with a point and no groups, of up to 64 bytes. Returns the end of what was written, or NULL.
static uint8_t *write_long(uint8_t *out, const uint8_t *text, size_t count, enum kind kind) {
  if (count > (kind == DECIMAL ? 64u : 17u)) return NULL;
  const digits found = digits_of(text, count);
  if (kind == DECIMAL && found.marks == 0 && text[0] != '0') {
    copy(out, text, count);
    return out + count;
  }
  const size_t sign = text[0] == '-';
  const uint64_t marks = found.marks & ~(uint64_t)sign;
  size_t whole = count;
  if (marks != 0) {
    whole = (size_t)__builtin_ctzll(marks);
    if ((marks & (marks - 1)) != 0 || text[whole] != '.') return NULL;
  }
  const parts kept = parts_of(text, count, found, sign, whole, whole - sign, kind);
  if (!kept.is_good) return NULL;
  copy(out, text, count);
  return out + whole + (kept.fraction ? kept.fraction + 1 : 0);
}

// The same, for the numbers that there are most of: those of 16 bytes or fewer. Whether a column's next
// value has a sign or a fraction is not known before: nothing here branches on either.
INLINE uint8_t *write_plain(uint8_t *out, const uint8_t *text, size_t count, enum kind kind) {
  if (count > 16) return write_long(out, text, count, kind);
  const uint8_t first = text[0], second = text[1];
  const digits found = digits16(text);
  const uint32_t behind = 1u << count;
  const uint32_t sign = first == '-';
  const uint32_t marks = (uint32_t)found.marks & (behind - 1) & ~sign;
  const uint32_t has_mark = marks != 0;
  // One past the whole part, and the digits of a fraction that are no zeros.
  const uint32_t whole = (uint32_t)__builtin_ctz(marks | behind);
  const uint32_t counting = ~(uint32_t)found.zeros & (behind - 1) & (~1u << whole);
  copy16(out, text);
  const uint32_t is_bad = (has_mark & (text[whole] != '.')) | ((marks & (marks - 1)) != 0) |
                          (whole == sign) | (has_mark & (whole + 1 == count)) |
                          (kind == INTEGER ? has_mark : 0) |
                          (kind == DECIMAL ? 0 : count - sign - has_mark > 15);
  if (is_bad) return NULL;
  if ((sign ? second : first) == '0') {
    // -0 loses its sign; below 0.000001 JSON writes an exponent.
    if (whole - sign > 1 || (counting == 0 && sign)) return NULL;
    if (kind == NUMBER && counting != 0 && (uint32_t)__builtin_ctz(counting) > whole + 6) return NULL;
  }
  const uint32_t kept = 32 - (uint32_t)__builtin_clz(counting | 1);
  return out + (counting != 0 ? kept : whole);
}

// A number with `group` between groups of three digits, or without, and `mark` before the fraction.
INLINE uint8_t *write_marked(uint8_t *out, const uint8_t *text, size_t count, enum kind kind,
                             uint8_t mark, uint8_t group) {
  if (count > (kind == DECIMAL ? 64u : 24u)) return NULL;
  const digits found = digits_of(text, count);
  const size_t sign = text[0] == '-';
  uint64_t marks = found.marks & ~(uint64_t)sign;
  size_t whole = marks ? (size_t)__builtin_ctzll(marks) : count;
  size_t whole_digits = whole - sign;
  const size_t first = whole;
  if (whole < count && text[whole] == group) {
    if (whole_digits < 1 || whole_digits > 3 || text[sign] == '0') return NULL;
    while (whole < count && text[whole] == group) {
      marks &= marks - 1;
      const size_t next = marks ? (size_t)__builtin_ctzll(marks) : count;
      if (next != whole + 4) return NULL;
      whole = next;
      whole_digits += 3;
    }
  }
  if (marks != 0 && ((marks & (marks - 1)) != 0 || text[whole] != mark)) return NULL;
  const parts kept = parts_of(text, count, found, sign, whole, whole_digits, kind);
  if (!kept.is_good) return NULL;
  copy(out, text, first);
  out += first;
  for (size_t at = first; at < whole; at += 4) {
    memcpy(out, text + at + 1, 4);
    out += 3;
  }
  if (kept.fraction == 0) return out;
  *out++ = '.';
  copy(out, text + whole + 1, kept.fraction);
  return out + kept.fraction;
}

INLINE uint64_t load8(const uint8_t *text) {
  uint64_t word;
  memcpy(&word, text, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

// Whether each byte is below ten; a borrow from a smaller byte shows as well.
INLINE bool are_below_ten(uint64_t bytes) {
  return ((bytes | (bytes + 0x7676767676767676ull)) & 0x8080808080808080ull) == 0;
}

INLINE unsigned two(uint64_t digits, int at) {
  return (unsigned)(digits >> at & 0xFF) * 10 + (unsigned)(digits >> (at + 8) & 0xFF);
}

INLINE unsigned days_of(unsigned year, unsigned month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

INLINE bool is_day(unsigned century, unsigned rest, unsigned month, unsigned day) {
  if (month < 1 || month > 12 || day < 1 || (century | rest) == 0) return false;
  return day <= 28 || day <= days_of(century * 100 + rest, month);
}

INLINE bool is_separator(uint8_t byte) { return byte == '-' || byte == '/' || byte == '.'; }

enum order { YEAR_FIRST, DAY_FIRST, MONTH_FIRST };

// A date of ten bytes, written as `2026-11-23`; false where it is none.
INLINE bool write_date(uint8_t *out, const uint8_t *text, enum order order) {
  const size_t first = order == YEAR_FIRST ? 4 : 2;
  const uint8_t separator = text[first];
  if (!is_separator(separator) || text[first + 3] != separator) return false;
  if (order == YEAR_FIRST) {
    // "0000-00-", as it lies in memory, and the day behind it.
    const uint64_t difference = load8(text) - 0x0030300030303030ull;
    const uint64_t number = difference & 0x00FFFF00FFFFFFFFull;
    const uint8_t ten = (uint8_t)(text[8] - '0'), one = (uint8_t)(text[9] - '0');
    if (!are_below_ten(number) || ten > 9 || one > 9) return false;
    if (!is_day(two(number, 0), two(number, 16), two(number, 40), ten * 10u + one)) return false;
    copy16(out, text);
    out[4] = '-';
    out[7] = '-';
    return true;
  }
  // "00.00.00", and the year's last two digits behind it.
  const uint64_t number = (load8(text) - 0x3030003030003030ull) & 0xFFFF00FFFF00FFFFull;
  const uint8_t ten = (uint8_t)(text[8] - '0'), one = (uint8_t)(text[9] - '0');
  if (!are_below_ten(number) || ten > 9 || one > 9) return false;
  const unsigned a = two(number, 0), b = two(number, 24);
  const unsigned day = order == DAY_FIRST ? a : b, month = order == DAY_FIRST ? b : a;
  if (!is_day(two(number, 48), ten * 10u + one, month, day)) return false;
  memcpy(out, text + 6, 4);
  out[4] = '-';
  memcpy(out + 5, text + (order == DAY_FIRST ? 3 : 0), 2);
  out[7] = '-';
  memcpy(out + 8, text + (order == DAY_FIRST ? 0 : 3), 2);
  return true;
}

// Whether `10:15:30` stands there, a time that exists.
INLINE bool is_time(const uint8_t *text) {
  const uint64_t time = load8(text) - 0x30303A30303A3030ull;
  return are_below_ten(time) && (time & 0x0000FF0000FF0000ull) == 0 && two(time, 0) < 24 &&
         (time >> 24 & 0xFF) < 6 && (time >> 48 & 0xFF) < 6;
}

enum shape { DATE = 10, LOCAL = 19, INSTANT = 20 };

// A date or time between quotes, the first of which is written; the end, or NULL.
INLINE uint8_t *write_moment(uint8_t *out, const uint8_t *text, size_t count, enum order order,
                             enum shape shape) {
  if (count != (size_t)shape) return NULL;
  if (shape != DATE) {
    if ((text[10] != 'T' && text[10] != ' ') || !is_time(text + 11)) return NULL;
    if (shape == INSTANT && text[19] != 'Z') return NULL;
  }
  if (!write_date(out, text, order)) return NULL;
  if (shape != DATE) {
    out[10] = 'T';
    copy16(out + 11, text + 11);
  }
  out[shape] = '"';
  return out + shape + 1;
}

// A word of one of the pairs, without regard to case, as JSON's boolean; the end, or NULL.
INLINE uint8_t *write_boolean(uint8_t *out, const uint8_t *text, size_t count, uint32_t form) {
  if (count > 5) return NULL;
  // Setting bit 5 makes no letter of a byte that is none.
  const uint64_t word =
      (load8(text) | 0x2020202020202020ull) & (count ? ~0ull >> (64 - 8 * count) : 0);
  uint64_t yes, no;
  switch (form) {
  case DM_FORM_TRUE_FALSE: yes = 0x65757274; no = 0x65736C6166; break;
  case DM_FORM_YES_NO: yes = 0x736579; no = 0x6F6E; break;
  case DM_FORM_Y_N: yes = 'y'; no = 'n'; break;
  default: yes = 't'; no = 'f'; break;
  }
  if (word != yes && word != no) return NULL;
  memcpy(out, word == yes ? "true\0\0\0" : "false\0\0", 8);
  return out + (word == yes ? 4 : 5);
}

// Bytes that a JSON string escapes among the 16 at `text`, a bit each.
INLINE unsigned escapes16(const uint8_t *text) {
#if defined(__SSE2__)
  const __m128i chunk = _mm_loadu_si128((const __m128i *)text);
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(chunk, _mm_set1_epi8(0x1F)), chunk);
  const __m128i named = _mm_or_si128(_mm_cmpeq_epi8(chunk, _mm_set1_epi8('"')),
                                     _mm_cmpeq_epi8(chunk, _mm_set1_epi8('\\')));
  return (unsigned)_mm_movemask_epi8(_mm_or_si128(control, named));
#else
  unsigned mask = 0;
  for (int at = 0; at < 16; at++)
    mask |= (unsigned)(text[at] < 0x20 || text[at] == '"' || text[at] == '\\') << at;
  return mask;
#endif
}

// Writes the escape of a byte (RFC 8785 §3.2.2.2): the end.
INLINE uint8_t *write_escape(uint8_t *out, uint8_t byte) {
  // What stands behind the backslash; 0: the four digits.
  static const char letters[32] = {[8] = 'b', [9] = 't', [10] = 'n', [12] = 'f', [13] = 'r'};
  const char letter = byte < 0x20 ? letters[byte] : (char)byte;
  *out++ = '\\';
  if (letter != 0) {
    *out++ = (uint8_t)letter;
    return out;
  }
  memcpy(out, "u00", 3);
  out[3] = (uint8_t)('0' + (byte >> 4));
  out[4] = (uint8_t)"0123456789abcdef"[byte & 15];
  return out + 5;
}

// Text that may need escapes, and the quote behind it: the end. Needs 6 bytes of room for each.
static uint8_t *write_escaped(uint8_t *out, const uint8_t *text, size_t count) {
  size_t at = 0;
  while (at < count) {
    copy16(out, text + at);
    const size_t left = count - at;
    unsigned mask = escapes16(text + at);
    if (left < 16) mask &= (1u << left) - 1;
    if (mask == 0) {
      const size_t step = left < 16 ? left : 16;
      out += step;
      at += step;
      continue;
    }
    const size_t run = (size_t)__builtin_ctz(mask);
    out = write_escape(out + run, text[at + run]);
    at += run + 1;
  }
  *out = '"';
  return out + 1;
}

INLINE uint8_t *write_quoted(uint8_t *out, const uint8_t *text, size_t count) {
  if (count <= 64)
    copy(out, text, count);
  else
    memcpy(out, text, count);
  out[count] = '"';
  return out + count + 1;
}

INLINE uint8_t *close_quote(uint8_t *end) {
  if (end == NULL) return NULL;
  *end = '"';
  return end + 1;
}

INLINE uint8_t *write_json_boolean(uint8_t *out, bool value) {
  memcpy(out, value ? "true\0\0\0" : "false\0\0", 8);
  return out + (value ? 4 : 5);
}

// A value that is read from text or from a number of JSON; `out` as in `write_value`.
INLINE uint8_t *write_read(uint8_t *out, const uint8_t *text, size_t count, bool is_text,
                           uint32_t form) {
  switch (form) {
  case DM_FORM_TRUE_FALSE:
  case DM_FORM_YES_NO:
  case DM_FORM_Y_N:
  case DM_FORM_T_F: return write_boolean(out, text, count, form);
  case DM_FORM_INTEGER: return write_plain(out, text, count, INTEGER);
  case DM_FORM_INTEGER_COMMA: return write_marked(out, text, count, INTEGER, ',', '.');
  case DM_FORM_INTEGER_GROUPED: return write_marked(out, text, count, INTEGER, '.', ',');
  case DM_FORM_NUMBER: return write_plain(out, text, count, NUMBER);
  case DM_FORM_NUMBER_COMMA: return write_marked(out, text, count, NUMBER, ',', '.');
  case DM_FORM_NUMBER_GROUPED: return write_marked(out, text, count, NUMBER, '.', ',');
  case DM_FORM_DECIMAL: return close_quote(write_plain(out + 1, text, count, DECIMAL));
  case DM_FORM_DECIMAL_COMMA:
    return close_quote(write_marked(out + 1, text, count, DECIMAL, ',', '.'));
  case DM_FORM_DECIMAL_GROUPED:
    return close_quote(write_marked(out + 1, text, count, DECIMAL, '.', ','));
  default: break;
  }
  // A number of JSON is no date, whatever it looks like.
  if (!is_text) return NULL;
  out++;
  switch (form) {
  case DM_FORM_DATE: return write_moment(out, text, count, YEAR_FIRST, DATE);
  case DM_FORM_DATE_DAY: return write_moment(out, text, count, DAY_FIRST, DATE);
  case DM_FORM_DATE_MONTH: return write_moment(out, text, count, MONTH_FIRST, DATE);
  case DM_FORM_LOCAL: return write_moment(out, text, count, YEAR_FIRST, LOCAL);
  case DM_FORM_LOCAL_DAY: return write_moment(out, text, count, DAY_FIRST, LOCAL);
  case DM_FORM_LOCAL_MONTH: return write_moment(out, text, count, MONTH_FIRST, LOCAL);
  case DM_FORM_INSTANT: return write_moment(out, text, count, YEAR_FIRST, INSTANT);
  case DM_FORM_INSTANT_DAY: return write_moment(out, text, count, DAY_FIRST, INSTANT);
  case DM_FORM_INSTANT_MONTH: return write_moment(out, text, count, MONTH_FIRST, INSTANT);
  default: return NULL;
  }
}

// The value behind its key, which ends at `out`, where a quote stands already: the end, or NULL
// where the caller has to write it.
INLINE uint8_t *write_value(uint8_t *out, const uint8_t *text, size_t count, unsigned kind,
                            const dm_member *member) {
  const uint32_t form = member->form;
  if (form == DM_FORM_STRING) {
    if (kind == DM_PLAIN_TEXT) return write_quoted(out + 1, text, count);
    return kind < DM_TRUE ? write_escaped(out + 1, text, count) : NULL;
  }
  if (kind < DM_TRUE) {
    const bool is_text = kind != DM_JSON_NUMBER;
    if (count == 0 || (is_text && !member->takes_text)) return NULL;
    return write_read(out, text, count, is_text, form);
  }
  if (kind < DM_OBJECT)
    return form == DM_FORM_TRUE_FALSE ? write_json_boolean(out, kind == DM_TRUE) : NULL;
  if (form != (kind == DM_OBJECT ? DM_FORM_OBJECT : DM_FORM_ARRAY)) return NULL;
  memcpy(out, text, count);
  return out + count;
}

// Ends the row under way with its line.
INLINE void end_line(const dm_rows *rows, dm_writing *w, uint8_t *out) {
  uint8_t *const start = w->lines + w->line_start;
  if (out == start) out++;
  // Overwrites the comma before the first member.
  *start = '{';
  memcpy(out, "}\n", 2);
  w->count = w->line_start = (size_t)(out + 2 - w->lines);
  w->ends[w->line_count] = (uint32_t)w->count;
  w->source_lines[w->line_count++] = rows->row_lines[w->row];
  w->row++;
  w->member = 0;
}

dm_written dm_write_lines(const dm_rows *rows, dm_writing *w) {
  const dm_member *const members = rows->members;
  const size_t member_count = rows->member_count;
  const uint8_t *const limit = w->lines + w->room;
  const uint8_t *const keys = rows->keys;
  const uint8_t *const bytes[2] = {rows->bytes[0], rows->bytes[1]};
  while (w->row < rows->row_count) {
    const dm_cell *const cells = rows->cells + w->row * rows->width;
    uint8_t *out = w->lines + w->count;
    for (size_t at = w->member; at < member_count; at++) {
      const dm_member *const member = &members[at];
      const dm_cell cell = cells[member->source];
      const unsigned kind = cell.word >> 28;
      if (kind == DM_ABSENT) {
        w->absent[at]++;
        continue;
      }
      const size_t count = cell.word & 0x0FFFFFFF;
      const size_t key_length = member->key_length;
      // Every byte of a text may need an escape of six; a number grows by a few bytes at most.
      const size_t wanted = key_length + 96 + 6 * count;
      if ((size_t)(limit - out) < wanted) {
        w->count = (size_t)(out - w->lines);
        w->member = at;
        w->wanted = wanted;
        return DM_NEEDS_ROOM;
      }
      const uint8_t *const text = bytes[cell.place >> 31] + (cell.place & 0x7FFFFFFF);
      // The quote behind the key comes with it, where the value is not written over it.
      copy_key(out, keys + member->key_offset, key_length + 1);
      uint8_t *const end = write_value(out + key_length, text, count, kind, member);
      if (end == NULL) {
        w->count = (size_t)(out - w->lines);
        w->member = at;
        return DM_OTHER_VALUE;
      }
      out = end;
    }
    if (limit - out < 8) {
      w->count = (size_t)(out - w->lines);
      w->member = member_count;
      w->wanted = 8;
      return DM_NEEDS_ROOM;
    }
    end_line(rows, w, out);
  }
  return DM_WRITTEN;
}
