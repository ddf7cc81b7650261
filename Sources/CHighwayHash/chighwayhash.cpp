#include "chighwayhash.h"

#include <highwayhash/highwayhash_target.h>
#include <highwayhash/instruction_sets.h>

#include "interleaved.h"

extern "C" void dm_fingerprints_one_by_one(const uint64_t key[4], const uint8_t *bytes,
                                           const uint32_t *ends, size_t first, size_t count,
                                           uint64_t *out) {
  const highwayhash::HHKey secret = {key[0], key[1], key[2], key[3]};
  size_t start = first > 0 ? ends[first - 1] : 0;
  for (size_t i = first; i < count; i++) {
    highwayhash::HHResult128 hash;
    highwayhash::InstructionSets::Run<highwayhash::HighwayHash>(
        secret, reinterpret_cast<const char *>(bytes) + start, ends[i] - 1 - start, &hash);
    out[2 * i] = hash[1];
    out[2 * i + 1] = hash[0];
    start = ends[i];
  }
}

extern "C" void dm_fingerprints(const uint64_t key[4], const uint8_t *bytes, const uint32_t *ends,
                                size_t count, uint64_t *out) {
  size_t done = dm_fingerprints_interleaved(key, bytes, ends, count, out);
  dm_fingerprints_one_by_one(key, bytes, ends, done, count, out);
}
