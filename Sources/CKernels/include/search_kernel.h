// Finds bytes in a text.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The first place from `start` on, before `end`, that holds `one` or `other`; `end` where none does.
///
/// Made for places that lie close together. Reads nothing past `end`.
size_t dm_find_either(const uint8_t *bytes, size_t start, size_t end, uint8_t one, uint8_t other);
