// Finds bytes in a text.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The first place from `start` on, before `end`, that holds `one` or `other`; `end` where none does.
///
/// Made for places that lie close together. Reads nothing past `end`.
size_t dm_find_either(const uint8_t *bytes, size_t start, size_t end, uint8_t one, uint8_t other);

/// How many of the bytes are `least` or more.
size_t dm_count_from(const uint8_t *bytes, size_t count, uint8_t least);

/// Whether a byte is a control character that no text holds: 00, 03 to 08, 0E to 19.
bool dm_has_control(const uint8_t *bytes, size_t count);

/// Lists the places from `start` on, before `end`, whose bytes `marked` has; gives how many.
///
/// `places` has room for `end - start` of them.
size_t dm_list_places(const uint8_t *bytes, size_t start, size_t end, const bool marked[256], int32_t *places);

/// Sums up a step for each byte from `start` on, before `end`, and lists the places of steps that are
/// `large` or more; gives how many these are.
///
/// Behind the first 256 steps are those of bytes that stand before a space, before `end`.
///
/// `sums` gets the sum before each byte and that behind the last: room for `end - start + 1`; `places`
/// has room for `end - start`.
size_t dm_sum_steps(const uint8_t *bytes, size_t start, size_t end, const uint64_t steps[512], uint64_t large,
                    uint64_t *sums, int32_t *places);
