// Cells, as the rooms above know them: eight bytes each.
#pragma once
#include <stdint.h>

/// Where a value lies: bit 31 of `place` set: offset in the scratch bytes, else in the source.
/// `word`: the kind in the upper 4 bits, the length in the lower 28.
typedef struct {
  uint32_t place;
  uint32_t word;
} dm_cell;

/// The kinds of cells, as `word` has them.
enum { DM_ABSENT, DM_TEXT, DM_PLAIN_TEXT, DM_JSON_NUMBER, DM_TRUE, DM_FALSE, DM_OBJECT, DM_ARRAY };
