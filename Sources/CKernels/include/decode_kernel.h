// Turns single-byte code pages and UTF-16 into UTF-8.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a step did.
typedef struct {
  size_t taken;  // bytes of the input done with
  size_t given;  // bytes written
  bool wrong;    // the next bytes are not in the encoding
} dm_decoded;

/// Decodes by a table of 256 characters, four bytes each, whose lengths lie apart; 0 is none.
/// `output` has room for 3 * count + 16 bytes. `ascii`: the lower half of the table is ASCII.
dm_decoded dm_decode_table(const uint8_t *input, size_t count, const uint8_t *characters,
                           const uint8_t *lengths, bool ascii, uint8_t *output);

/// Decodes UTF-16; stops before a character that the end cuts off. Room for count / 2 * 3 + 16.
dm_decoded dm_decode_utf16(const uint8_t *input, size_t count, bool big, uint8_t *output);
