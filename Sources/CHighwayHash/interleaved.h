// Lines hashed beside each other, where the processor has instructions for it.
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
/// Hashes the first of the lines as `dm_fingerprints` does: all but up to two, or none. Returns how many.
size_t dm_fingerprints_interleaved(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends,
                                   size_t count, uint64_t *out);
#ifdef __cplusplus
}
#endif
