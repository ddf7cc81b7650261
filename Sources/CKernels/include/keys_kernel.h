// The keys of canonical lines, as lines that say the key was deleted.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The members that make a key, in canonical order.
typedef struct {
  const uint8_t *names;   // canonical texts with their quotes, one behind the other
  const uint32_t *ends;   // where each ends
  uint32_t count;
  uint32_t before;        // how many of them stand before "$deleted"
} dm_key_names;

/// Writes `{"$deleted":true,` and the key's members, `}` and an LF for each canonical line; line i ends
/// before `ends[i]`, with an LF.
///
/// `out` has room for the lines and 20 bytes more for each of them; `out_ends` for `count` ends.
/// Returns the lines written: fewer than `count` where the next line lacks a member of the key.
size_t dm_key_lines(const dm_key_names *names, const uint8_t *lines, const uint32_t *ends,
                    size_t count, uint8_t *out, uint32_t *out_ends);

/// As `dm_key_lines`, with an LF alone for each line that lacks a member of the key.
void dm_keys_there(const dm_key_names *names, const uint8_t *lines, const uint32_t *ends,
                   size_t count, uint8_t *out, uint32_t *out_ends);
