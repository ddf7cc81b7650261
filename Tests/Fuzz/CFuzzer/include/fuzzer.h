// What libFuzzer offers a program that has a main of its own, and what its targets need of C.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Runs the fuzzer under the command line; returns its exit code.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// An empty file in memory, open for reading and writing; negative where there is none.
int fuzz_memory_file(void);

// A number that tells bytes apart; begun with another seed it is another.
uint64_t fuzz_digest(uint64_t seed, const uint8_t *bytes, size_t count);

// Makes all behind the first `readable` of `whole` bytes an error to touch; `readable` is `whole` to end that.
void fuzz_bound(const uint8_t *start, size_t readable, size_t whole);
