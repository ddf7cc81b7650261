#pragma once
// Giving up rights for good ("man 7 landlock", "man 2 seccomp"); results below zero are -errno.

#include <stddef.h>
#include <stdint.h>

/// The version of Landlock that the kernel has; -errno where it has none.
int clinux_landlock_version(void);

/// Leaves the calling thread, and those it makes from now on, the folders and files behind these descriptors: all but
/// running programs beneath `writable`, reading beneath `readable`. Gives the version in force.
int clinux_landlock(const int *writable, size_t writable_count, const int *readable, size_t readable_count);

/// Takes from all threads the calls to run programs, to reach networks, to look into other processes and to
/// change the machine.
int clinux_seccomp(void);

/// Whether a socket of the internet can be had: 0, or -errno. For tests of confinement.
int clinux_try_socket(void);
