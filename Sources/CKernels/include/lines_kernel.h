// Writes rows of cells as canonical lines: every value that already stands as it will be written, or
// a fixed step away from it. Where a value is none of those, the caller writes it and goes on.
#pragma once
#include "cell_kernel.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The forms of values that are written here. Those of numbers and times come in threes: decimal
/// point, decimal comma, comma between groups; year first, day first, month first.
enum {
  DM_FORM_OTHER,
  DM_FORM_STRING,
  DM_FORM_OBJECT,
  DM_FORM_ARRAY,
  DM_FORM_TRUE_FALSE,
  DM_FORM_YES_NO,
  DM_FORM_Y_N,
  DM_FORM_T_F,
  DM_FORM_INTEGER,
  DM_FORM_INTEGER_COMMA,
  DM_FORM_INTEGER_GROUPED,
  DM_FORM_NUMBER,
  DM_FORM_NUMBER_COMMA,
  DM_FORM_NUMBER_GROUPED,
  DM_FORM_DECIMAL,
  DM_FORM_DECIMAL_COMMA,
  DM_FORM_DECIMAL_GROUPED,
  DM_FORM_DATE,
  DM_FORM_DATE_DAY,
  DM_FORM_DATE_MONTH,
  DM_FORM_LOCAL,
  DM_FORM_LOCAL_DAY,
  DM_FORM_LOCAL_MONTH,
  DM_FORM_INSTANT,
  DM_FORM_INSTANT_DAY,
  DM_FORM_INSTANT_MONTH,
};

/// One member of the records.
typedef struct {
  /// The column in the rows.
  uint32_t source;
  /// Where its key begins in the keys: a comma, the name as JSON writes it, a colon; then a quote.
  uint32_t key_offset;
  /// Bytes of the key, without the quote.
  uint32_t key_length;
  /// One of `DM_FORM_`.
  uint16_t form;
  /// Texts may be read as values of the form.
  bool takes_text;
} dm_member;

/// What lines are written from; nothing of it changes.
typedef struct {
  const dm_member *members;
  size_t member_count;
  /// All keys; 64 bytes past the last are readable.
  const uint8_t *keys;
  const dm_cell *cells;
  /// Cells a row.
  size_t width;
  size_t row_count;
  /// What cells point into: the source's bytes, the scratch bytes. 64 bytes past both are readable.
  const uint8_t *bytes[2];
  /// The source line of each row.
  const uint32_t *row_lines;
} dm_rows;

/// How far the writing is.
typedef struct {
  /// The lines; 64 bytes past `room` may be overwritten.
  uint8_t *lines;
  size_t count;
  size_t room;
  /// The row, and its member, that is next.
  size_t row;
  size_t member;
  /// Where the row's line begins.
  size_t line_start;
  /// Lines done: where each ends, and its source line. There is room for one a row.
  size_t line_count;
  uint32_t *ends;
  uint32_t *source_lines;
  /// For each member the rows that have no value.
  size_t *absent;
  /// Room that the next value may need, where there was too little.
  size_t wanted;
} dm_writing;

/// Why the kernel came back.
typedef enum {
  /// All rows are written.
  DM_WRITTEN,
  /// The caller writes the value of `row` and `member`, and sets both to what is next.
  DM_OTHER_VALUE,
  /// Below `wanted` bytes are left.
  DM_NEEDS_ROOM,
} dm_written;

/// Goes on writing rows, from `row` and `member` on.
dm_written dm_write_lines(const dm_rows *rows, dm_writing *writing);
