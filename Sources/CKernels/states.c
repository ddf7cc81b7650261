#define _GNU_SOURCE
#include "states_kernel.h"

#include <string.h>
#include <sys/mman.h>

// As the table of identity.c, but a key's slot moves on to its latest state; what stood there before
// is remembered in a chain, so that a drop can be taken back.

enum { ROWS = 64, LEAST_BITS = 10 };

static void *reserve(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static void release(void *memory, size_t bytes) {
  if (memory) munmap(memory, bytes);
}

static inline bool same(dm_fingerprint a, dm_fingerprint b) {
  return a.high == b.high && a.low == b.low;
}

static inline bool before(dm_fingerprint a, dm_fingerprint b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}

static inline uint64_t home_of(const dm_states *table, dm_fingerprint key) {
  return ((key.low ^ (key.high >> 32)) * 0x9E3779B97F4A7C15u) >> (64 - table->bits);
}

static inline uint64_t tag_of(dm_fingerprint key) {
  return (key.low ^ key.high) & 0xFFFFFFFF00000000u;
}

static bool set_bits(dm_states *table, uint32_t bits) {
  release(table->slots, sizeof(uint64_t) << table->bits);
  table->slots = reserve(sizeof(uint64_t) << bits);
  table->bits = bits;
  return table->slots;
}

bool dm_states_make(dm_states *table, size_t budget) {
  memset(table, 0, sizeof *table);
  uint32_t bits = LEAST_BITS;
  while (bits < 31 && (sizeof(uint64_t) << (bits + 1)) <= budget / 3) bits += 1;
  table->most_bits = bits;
  size_t slots = sizeof(uint64_t) << bits;
  size_t room = budget > slots ? (budget - slots) / (sizeof(dm_state) + sizeof(uint32_t)) : 0;
  size_t most = ((size_t)3 << bits) / 4;
  if (room > most) room = most;
  if (room < ROWS) room = ROWS;
  table->room = room;
  table->log = reserve(room * sizeof(dm_state));
  table->before = reserve(room * sizeof(uint32_t));
  return table->log && table->before && set_bits(table, LEAST_BITS);
}

void dm_states_free(dm_states *table) {
  release(table->log, table->room * sizeof(dm_state));
  release(table->before, table->room * sizeof(uint32_t));
  release(table->slots, sizeof(uint64_t) << table->bits);
  memset(table, 0, sizeof *table);
}

// The slot of a key: the one that holds it, or the empty one where it belongs.
static uint64_t *slot_of(const dm_states *table, dm_fingerprint key) {
  uint64_t mask = ((uint64_t)1 << table->bits) - 1;
  uint64_t at = home_of(table, key);
  for (uint64_t slot; (slot = table->slots[at]); at = (at + 1) & mask) {
    if ((slot & 0xFFFFFFFF00000000u) == tag_of(key)
        && same(table->log[(uint32_t)slot - 1].key, key)) {
      break;
    }
  }
  return &table->slots[at];
}

static bool grow(dm_states *table) {
  if (!set_bits(table, table->bits + 1)) return false;
  // In the order they came: the latest of a key is put in last.
  for (size_t i = 0; i < table->count; i += 1) {
    *slot_of(table, table->log[i].key) = tag_of(table->log[i].key) | (i + 1);
  }
  return true;
}

ptrdiff_t dm_states_admit(dm_states *table, const dm_fingerprint *keys,
                          const dm_fingerprint *records, size_t count, const uint8_t *found,
                          const dm_fingerprint *latest, uint8_t *known, bool take_all) {
  size_t ahead = 16;
  for (size_t i = 0; i < count; i += 1) {
    if (table->count == table->room) return (ptrdiff_t)i;
    if (table->count >= ((size_t)11 << table->bits) / 16 && table->bits < table->most_bits
        && !grow(table)) {
      return -1;
    }
    if (i + ahead < count) {
      __builtin_prefetch(&table->slots[home_of(table, keys[i + ahead])], 1);
    }
    uint64_t *slot = slot_of(table, keys[i]);
    uint32_t place = (uint32_t)*slot;
    if (place) {
      known[i] = same(table->log[place - 1].record, records[i]);
      if (known[i]) continue;
    } else {
      known[i] = found[i] && same(latest[i], records[i]);
      if (known[i] && !take_all) continue;
    }
    table->log[table->count] = (dm_state){keys[i], records[i]};
    table->before[table->count] = place;
    table->count += 1;
    *slot = tag_of(keys[i]) | table->count;
  }
  return (ptrdiff_t)count;
}

void dm_states_truncate(dm_states *table, size_t count) {
  if (count == 0) {
    // The system gives zeroed memory at the next touch.
    madvise(table->slots, sizeof(uint64_t) << table->bits, MADV_DONTNEED);
    madvise(table->log, table->count * sizeof(dm_state), MADV_DONTNEED);
    table->count = 0;
    return;
  }
  uint64_t mask = ((uint64_t)1 << table->bits) - 1;
  while (table->count > count) {
    uint32_t place = (uint32_t)table->count;
    dm_fingerprint key = table->log[place - 1].key;
    uint64_t at = home_of(table, key);
    while ((uint32_t)table->slots[at] != place) at = (at + 1) & mask;
    uint32_t earlier = table->before[place - 1];
    // Keys come in and go in the opposite order, so no probe of another key leads over this slot.
    table->slots[at] = earlier ? tag_of(key) | earlier : 0;
    table->count -= 1;
  }
}

#define NAME states
#define ROW dm_state
#define KEY(row) ((row).key)
#include "sort_variant.h"

size_t dm_states_latest(dm_states *table, size_t first, size_t end) {
  // A state is outdated where a later one of the part came after it in its chain.
  const uint32_t outdated = UINT32_MAX;
  for (size_t i = end; i > first; i -= 1) {
    uint32_t place = table->before[i - 1];
    while (place != outdated && place > first) {
      uint32_t next = table->before[place - 1];
      table->before[place - 1] = outdated;
      place = next;
    }
  }
  size_t kept = first;
  for (size_t i = first; i < end; i += 1) {
    if (table->before[i] != outdated) table->log[kept++] = table->log[i];
  }
  states_level(table->log + first, kept - first, 0);
  return kept - first;
}
