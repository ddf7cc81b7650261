// Makes rows of cells from the index of a block of delimited text. What is not as the table's other
// records is left to the caller.
#pragma once
#include "cell_kernel.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the rows are read from; nothing of it changes.
typedef struct {
  /// The block's bytes, 64 readable ones behind them, and where they begin in what cells point into.
  const uint8_t *bytes;
  uint32_t start;
  /// The index; see `dm_index_fields`. The last record, too, has its end.
  const uint32_t *places;
  const uint32_t *ends;
  size_t end_count;
  const uint64_t *care;
  uint8_t line_end;
  uint8_t quote;
  bool has_quote;
  /// Cells a row.
  size_t width;
  /// Bytes of the header, without its line end; -1: no row is one.
  ptrdiff_t header_length;
  /// Bytes of the longest field that is taken.
  size_t field_limit;
} dm_fields;

/// How far the reading is.
typedef struct {
  /// The record that is next, its first place in the index, where it begins, line ends before it.
  size_t record;
  size_t field;
  size_t at;
  size_t line;
  /// The rows: their cells, and the line of each.
  dm_cell *cells;
  uint32_t *row_lines;
  size_t row_count;
  size_t row_room;
  /// Values without their quotes.
  uint8_t *scratch;
  size_t scratch_count;
  size_t scratch_room;
} dm_reading;

/// Why the kernel came back.
typedef enum {
  /// All records are read.
  DM_READ,
  /// The next record has another width, or may have too long a field: the caller takes it.
  DM_ODD_RECORD,
  /// The last row is as long as the header: the caller looks whether it is one.
  DM_LIKE_HEADER,
  /// There is no room for another row.
  DM_ROWS_FULL,
  /// There is no room for a value without its quotes; as much as the block has bytes will do.
  DM_SCRATCH_FULL,
} dm_read;

/// Goes on reading records, from `record` on.
dm_read dm_read_rows(const dm_fields *fields, dm_reading *reading);
