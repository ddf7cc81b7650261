// The keyed hash of fingerprints alone: the room's own code over blocks of lines, by processor time.
//   Benchmarks/hash
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <vector>

#include "../Sources/CHighwayHash/include/chighwayhash.h"

static double seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main() {
  const uint64_t key[4] = {1, 2, 3, 4};
  const size_t block = 1 << 19;
  std::vector<uint8_t> bytes(block);
  uint64_t word = 88172645463325252;
  for (auto &byte : bytes) {
    word ^= word << 13, word ^= word >> 7, word ^= word << 17;
    byte = word;
  }
  for (size_t length : {64, 128, 256, 512, 4096}) {
    std::vector<uint32_t> ends;
    for (size_t end = length; end <= block; end += length) ends.push_back(end);
    std::vector<uint64_t> out(2 * ends.size());
    double best = 1e9;
    uint64_t check = 0;
    for (int turn = 0; turn < 20; turn++) {
      const double start = seconds();
      for (int again = 0; again < 20; again++) dm_fingerprints(key, bytes.data(), ends.data(), ends.size(), out.data());
      const double took = seconds() - start;
      if (took < best) best = took;
      check ^= out[turn];
    }
    printf("lines of %4zu bytes: %5.2f GB/s, %5.1f ns a line (%016llx)\n", length, 20.0 * ends.size() * length / best / 1e9,
           best / 20 / ends.size() * 1e9, (unsigned long long)check);
  }
}
