// HighwayHash-128 of Debian's libhighwayhash over many lines at once.
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
/// Hashes `count` lines that lie one behind the other from `bytes` on: line i ends before `ends[i]`,
/// its last byte (the LF) is left out. Writes two words a line, the more significant first. Up to three
/// bytes behind the last line may be read.
void dm_fingerprints(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends, size_t count,
                     uint64_t *out);
/// The same of the lines from `first` on, each by the library: what the other must give.
void dm_fingerprints_one_by_one(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends,
                                size_t first, size_t count, uint64_t *out);
#ifdef __cplusplus
}
#endif
