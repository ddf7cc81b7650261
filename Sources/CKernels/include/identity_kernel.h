// The set of fingerprints, as arrays: a table of those that are new, and lookups in sorted runs.
//
// Rows are taken 64 at a time in passes that only prefetch what the next pass reads, so that the
// misses of 64 rows overlap. Bad luck costs time only: an answer is always that of the whole 128 bits.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A fingerprint as it lies in memory and in runs: sorts by `high`, then `low`.
typedef struct {
  uint64_t high;
  uint64_t low;
} dm_fingerprint;

/// The fingerprints of a session in the order they came, and where each one is in a hash table.
typedef struct {
  dm_fingerprint *log;  // in order of arrival; address space for `room` of them
  size_t count;
  size_t room;
  uint32_t *slots;      // 0: empty, else bits of the fingerprint and its place in the log + 1
  uint32_t group_count; // groups of 16 slots
  uint32_t most_groups; // the table never has more
  uint32_t place_bits;  // of a slot: those of the place, the lowest
} dm_table;

/// Makes an empty table that never takes more than about `budget` bytes, and 64 rows at least; false
/// when memory is out.
bool dm_table_make(dm_table *table, size_t budget);
/// The bytes that it takes once it has so many rows more.
size_t dm_table_bytes(const dm_table *table, size_t rows);
void dm_table_free(dm_table *table);

/// Takes the rows whose `known` is 0 and sets `known` for those that came before.
///
/// Returns the rows it went through: fewer than `count` when the budget is spent, and -1 when memory
/// is out: then it can only be emptied or freed. `admitted` grows by the rows that were new.
ptrdiff_t dm_table_admit(dm_table *table, const dm_fingerprint *rows, size_t count, uint8_t *known,
                         size_t *admitted);

/// Sets `known` for the rows that are in the table; takes none.
void dm_table_find(const dm_table *table, const dm_fingerprint *rows, size_t count, uint8_t *known);

/// Forgets all but the first `count` fingerprints.
void dm_table_truncate(dm_table *table, size_t count);

/// The fingerprint of a record's n-th occurrence: for n = 1 its own. A bijection for each n, and
/// never the same for two n.
dm_fingerprint dm_occurrence(dm_fingerprint row, uint64_t n);

/// Sorts in place.
void dm_sort(dm_fingerprint *rows, size_t count);

/// Brings rows into 256 parts, by their first bytes; `ends` says where each ends. Each part is in order
/// once `dm_sort_part` has sorted it.
void dm_sort_parts(dm_fingerprint *rows, size_t count, size_t ends[256]);
void dm_sort_part(dm_fingerprint *rows, size_t count);

/// A run as it lies in its file: sorted entries, a byte of each key, and where each bucket starts.
///
/// An entry is a key, and behind it what is known of the key where `width` is more than 1.
typedef struct {
  const dm_fingerprint *keys;  // NULL: read them from `file`
  const uint8_t *tags;         // one a key, and 8 more bytes
  const uint32_t *starts;      // 2^bits + 1: the first key whose `bits` highest bits are the index
  uint64_t count;
  uint32_t bits;
  uint32_t width;              // fingerprints an entry
  int file;
  int64_t keys_offset;         // of the first key in `file`
} dm_run;

/// Sets `known` where a row stands in the run; rows known already are passed over.
///
/// Where `latest` is not NULL it takes what stands behind the keys that are found; the width is 2.
/// Returns 0, or -errno when keys could not be read.
int dm_run_find(const dm_run *run, const dm_fingerprint *rows, size_t count, uint8_t *known,
                dm_fingerprint *latest);

/// How far the description of a run has come.
typedef struct {
  uint64_t keys;     // keys described
  uint64_t buckets;  // starts given
} dm_progress;

/// Gives the tags and starts of the entries that come next, as many as there is room for.
///
/// Returns the entries it went through; `given` is the count of starts. Call with `count` 0 at the end
/// until it gives no more: the last starts stand behind the last key.
size_t dm_run_describe(dm_progress *progress, uint32_t bits, uint32_t width,
                       const dm_fingerprint *keys, size_t count, uint8_t *tags, uint32_t *starts, size_t room, size_t *given);

/// A sorted sequence that is read block by block.
typedef struct {
  const dm_fingerprint *next;
  const dm_fingerprint *end;
} dm_sequence;

/// Merges sequences until one of them is used up or `room` is filled; of equal keys the entry of the
/// first sequence is given.
///
/// `room` and the result count fingerprints, `width` of them an entry. `last` holds the key given last, `any` whether there was one. Sequences that are empty at the call
/// count as ended. Returns what was given.
size_t dm_merge(dm_sequence *sequences, size_t count, uint32_t width, dm_fingerprint *out,
                size_t room, dm_fingerprint *last, bool *any);

/// Whether the keys of entries ascend strictly, the first of them after `last` when there is one.
bool dm_ascends(const dm_fingerprint *keys, size_t count, uint32_t width,
                const dm_fingerprint *last);

/// Gives the memory of mapped pages back; they are read again when they are touched.
void dm_release(const void *start, size_t count);
