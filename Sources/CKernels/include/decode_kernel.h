// Turns code pages of one byte or several a character, and UTF-16, into UTF-8.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a step did.
typedef struct {
  size_t taken;  // bytes of the input done with
  size_t given;  // bytes written
  size_t wrong;  // how many of the next bytes are no character together; 0 where all is well
} dm_decoded;

/// Decodes by a table of 256 characters, four bytes each, whose lengths lie apart; 0 is none.
/// `output` has room for 3 * count + 16 bytes. `ascii`: the lower half of the table is ASCII.
dm_decoded dm_decode_table(const uint8_t *input, size_t count, const uint8_t *characters,
                           const uint8_t *lengths, bool ascii, uint8_t *output);

/// Decodes UTF-16; stops before a character that the end cuts off. Room for count / 2 * 3 + 16.
dm_decoded dm_decode_utf16(const uint8_t *input, size_t count, bool big, uint8_t *output);

/// Encodings that write a character as one byte or several.
typedef enum { DM_BIG5, DM_EUC_KR, DM_GB18030, DM_SHIFT_JIS, DM_EUC_JP } dm_family;

/// A family's tables: code points by pointer, 0 where there is none.
typedef struct {
  dm_family family;
  const uint32_t *index;   // by two bytes: as many pointers as the family has
  const uint32_t *second;  // EUC-JP: JIS X 0212; GB 18030: pointers and code points in turn
  size_t second_count;     // numbers in `second`
} dm_pairs;

/// Decodes as the WHATWG's Encoding Standard has it; stops before a character that the end cuts off, which is
/// wrong where the input is the `last`. `output` has room for 3 * count + 16 bytes.
dm_decoded dm_decode_pairs(const uint8_t *input, size_t count, bool last, const dm_pairs *pairs,
                           uint8_t *output);
