// The states of a session: the latest record of each key, in the order they came.
#pragma once
#include "identity_kernel.h"

/// A key and a record that was written with it, as they lie in memory and in runs.
typedef struct {
  dm_fingerprint key;
  dm_fingerprint record;
} dm_state;

/// States in the order they came, and where the latest of each key is in a hash table.
typedef struct {
  dm_state *log;     // in order of arrival; address space for `room` of them
  uint32_t *before;  // the place of the same key's earlier state + 1; 0: there is none
  size_t count;
  size_t room;
  uint64_t *slots;   // 0: empty, else 32 bits of the key and the latest state's place + 1
  uint32_t bits;
  uint32_t most_bits;
} dm_states;

/// Makes an empty table that never takes more than `budget` bytes; false when memory is out.
bool dm_states_make(dm_states *table, size_t budget);
void dm_states_free(dm_states *table);

/// Compares each record with the latest one of its key, and takes those that differ.
///
/// `found` and `latest` say what older runs know of a key. `known` is set where the latest is the same
/// record. With `take_all`, keys that the table does not have yet are taken even then, so that it has
/// every key that came. Returns the rows it went through: fewer than `count` when the budget is spent,
/// and -1 when memory is out.
ptrdiff_t dm_states_admit(dm_states *table, const dm_fingerprint *keys,
                          const dm_fingerprint *records, size_t count, const uint8_t *found,
                          const dm_fingerprint *latest, uint8_t *known, bool take_all);

/// Forgets all but the first `count` states; what came before them is the latest again.
void dm_states_truncate(dm_states *table, size_t count);

/// Moves the latest state of each key, among those from `first` up to `end`, to the front of that part
/// of the log and sorts them by key; returns how many there are. The table can only be emptied then.
size_t dm_states_latest(dm_states *table, size_t first, size_t end);
