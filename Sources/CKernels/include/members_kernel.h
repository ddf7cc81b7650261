// Reads members of a JSON object that stand as those of the record before did: the same names in the
// same order, values that are strings without escapes, numbers and words. Others are the caller's.
#pragma once
#include "cell_kernel.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What is known of a column, by its index + 1; 0 stands for the record's beginning.
typedef struct {
  /// The record that held the column last.
  uint32_t record;
  /// The column that stood behind it last, where one did: what to expect there again. Else -1.
  int32_t next;
} dm_trace;

/// The record that is read.
typedef struct {
  /// The run of bytes; the byte at `end` is 0, and 64 behind it are readable.
  const uint8_t *bytes;
  size_t end;
  /// Names, each with its closing quote and colon, and where each begins; 15 bytes behind are readable.
  const uint8_t *tokens;
  const ptrdiff_t *starts;
  dm_trace *traces;
  /// The record's number, for the traces.
  uint32_t number;
  /// Longest value.
  size_t value_limit;
  /// Its cells: the members' columns below `width` are set.
  dm_cell *row;
  size_t width;
} dm_members;

/// A place where a member begins.
typedef struct {
  size_t at;
  /// The trace of the member before.
  size_t last;
  /// Newlines passed.
  ptrdiff_t lines;
} dm_member_place;

/// Goes on over members from `place` on; true once the object has ended, which `place` is then behind.
/// Else `place` is before the member that the caller is to read.
bool dm_read_members(const dm_members *record, dm_member_place *place);
