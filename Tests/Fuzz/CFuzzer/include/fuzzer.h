// What libFuzzer offers a program that has a main of its own, and a file for each input.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Runs the fuzzer under the command line; returns its exit code.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// An empty file in memory, open for reading and writing; negative where there is none.
int fuzz_memory_file(void);
