// Classifies delimited text 64 bytes at a time. Every variant (AVX-512, AVX2, SSE2, NEON, portable)
// gives the same answers; the fastest that the processor has is chosen at the first call.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/// The bytes with a meaning. `has_quote` false: `quote` means nothing.
typedef struct {
  uint8_t delimiter;
  uint8_t quote;
  uint8_t line_end;  // LF, or CR where lines end in a lone CR
  bool has_quote;
} dm_dialect;

/// What one pass over whole and partial records found.
typedef struct {
  size_t end;        // one past the last line end outside quotes; 0: none
  uint64_t lines;    // line ends before `end`, those inside quotes too
  bool regular;      // each quote before `end` opens at a field's start and closes at a field's end
  bool open;         // the bytes end inside a quoted field
} dm_split;

/// Cuts `count` bytes that begin at a record's start. Reads up to 64 bytes past the end.
dm_split dm_split_records(const uint8_t *bytes, size_t count, dm_dialect dialect);

/// How much the index lists.
typedef struct {
  size_t places;
  size_t ends;
} dm_found;

/// Lists the offsets of delimiters and line ends outside quotes; which of them, counted from 0, are
/// line ends; and one mask of 64 bits for each 64 bytes: set where a byte must be escaped in JSON
/// (below 0x20, `"`, `\`) or is the quote.
///
/// `places` has room for `count` + 64, `ends` for `count` + 1, `care` for `count` / 64 + 2 words.
/// Reads up to 64 bytes past the end. The quotes must be regular.
dm_found dm_index_fields(const uint8_t *bytes, size_t count, dm_dialect dialect, uint32_t *places,
                         uint32_t *ends, uint64_t *care);

/// Variants, for the test that holds them equal: 0 portable, 1 SSE2, 2 AVX2, 3 AVX-512, 4 NEON,
/// 5 AVX-512 with VBMI2.
bool dm_has_variant(int variant);
dm_split dm_split_records_variant(int variant, const uint8_t *bytes, size_t count, dm_dialect dialect);
dm_found dm_index_fields_variant(int variant, const uint8_t *bytes, size_t count, dm_dialect dialect,
                                 uint32_t *places, uint32_t *ends, uint64_t *care);
