#define _GNU_SOURCE
#include "identity_kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// The table grows by eight: to move what is there costs more than the room that is empty for a while.
enum { ROWS = 64, SLOTS = 16, ALL_SLOTS = (1 << SLOTS) - 1, LEAST_GROUPS = 32, GROWTH = 8, LONG_BUCKET = 96 };

// So that slots, four for three fingerprints, are counted in 32 bits.
static const uint64_t MOST_ROOM = (uint64_t)3 << 29;

static inline bool same(dm_fingerprint a, dm_fingerprint b) {
  return a.high == b.high && a.low == b.low;
}

static inline bool before(dm_fingerprint a, dm_fingerprint b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}

// ---- The table -------------------------------------------------------------------------------

// A slot is 32 bits: as many as a place in the log needs, and bits of the fingerprint in the rest. So a
// miss in the table is told from a hit without reading the log. A fingerprint lies in its home group,
// 16 slots of one cache line that are compared at once, or where that is full, in one behind it. Groups
// fill from their start, and nothing is ever removed but the latest: so an empty slot ends a search for
// good, and the table is always as if the log had been put in from its start.

// Zeroed memory; what nobody touches costs address space only.
static void *reserve(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  if (bytes >= (4u << 20)) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

static inline uint32_t home_of(const dm_table *table, dm_fingerprint row) {
  uint64_t mixed = (row.low ^ (row.high >> 32)) * 0x9E3779B97F4A7C15u;
  return (uint32_t)(((mixed >> 32) * table->group_count) >> 32);
}

static inline uint32_t tag_of(const dm_table *table, dm_fingerprint row) {
  return (uint32_t)(((row.low ^ row.high) >> 32) << table->place_bits);
}

static inline uint32_t place_in(const dm_table *table, uint32_t slot) {
  return slot & (uint32_t)(((uint64_t)1 << table->place_bits) - 1);
}

static inline uint32_t behind(const dm_table *table, uint32_t group) {
  return group + 1 == table->group_count ? 0 : group + 1;
}

// Slots of a group, one a bit.
typedef struct {
  uint32_t hits;   // their tag is the one that is looked for
  uint32_t empty;
} group_look;

static inline group_look look(const uint32_t *slots, uint32_t tags, uint32_t tag) {
#if defined(__SSE2__)
  const __m128i *parts = (const __m128i *)slots;
  __m128i mask = _mm_set1_epi32((int)tags), wanted = _mm_set1_epi32((int)tag);
  __m128i none = _mm_setzero_si128(), hits[4], empty[4];
  for (int i = 0; i < 4; i += 1) {
    __m128i part = _mm_load_si128(parts + i);
    hits[i] = _mm_cmpeq_epi32(_mm_and_si128(part, mask), wanted);
    empty[i] = _mm_cmpeq_epi32(part, none);
  }
  uint32_t hit = (uint32_t)_mm_movemask_epi8(
      _mm_packs_epi16(_mm_packs_epi32(hits[0], hits[1]), _mm_packs_epi32(hits[2], hits[3])));
  uint32_t free = (uint32_t)_mm_movemask_epi8(
      _mm_packs_epi16(_mm_packs_epi32(empty[0], empty[1]), _mm_packs_epi32(empty[2], empty[3])));
#else
  uint32_t hit = 0, free = 0;
  for (int i = 0; i < SLOTS; i += 1) {
    hit |= (uint32_t)((slots[i] & tags) == tag) << i;
    free |= (uint32_t)(slots[i] == 0) << i;
  }
#endif
  return (group_look){hit & ~free, free};
}

// The slots of a group that are empty, one a bit.
static inline uint32_t empty_in(const uint32_t *slots) { return look(slots, 0, 1).empty; }

static inline uint32_t *slots_of(const dm_table *table, uint32_t group) {
  return table->slots + (size_t)group * SLOTS;
}

static inline size_t slot_bytes(const dm_table *table) {
  return (size_t)table->group_count * SLOTS * sizeof(uint32_t);
}

static bool set_groups(dm_table *table, uint32_t group_count) {
  if (table->slots) munmap(table->slots, slot_bytes(table));
  table->group_count = group_count;
  table->slots = reserve(slot_bytes(table));
  if (!table->slots) return false;
#ifdef MADV_POPULATE_WRITE
  // All of it will be touched, and a first touch that only reads would cost a second fault.
  madvise(table->slots, slot_bytes(table), MADV_POPULATE_WRITE);
#endif
  return true;
}

bool dm_table_make(dm_table *table, size_t budget) {
  memset(table, 0, sizeof *table);
  uint64_t room = (uint64_t)budget * 3 / (3 * sizeof(dm_fingerprint) + 4 * sizeof(uint32_t));
  if (room < ROWS) room = ROWS;
  if (room > MOST_ROOM) room = MOST_ROOM;
  table->room = room;
  table->place_bits = 64 - (uint32_t)__builtin_clzll(room);
  // Four slots for three fingerprints.
  table->most_groups = (uint32_t)(room / (SLOTS * 3 / 4) + 1);
  uint32_t groups = table->most_groups;
  while (groups / GROWTH >= LEAST_GROUPS) groups /= GROWTH;
  table->log = reserve(room * sizeof(dm_fingerprint));
  return table->log && set_groups(table, groups);
}

void dm_table_free(dm_table *table) {
  if (table->log) munmap(table->log, table->room * sizeof(dm_fingerprint));
  if (table->slots) munmap(table->slots, slot_bytes(table));
  memset(table, 0, sizeof *table);
}

// Puts a fingerprint of the log into the first group from `group` on that has room.
static inline void place(dm_table *table, uint32_t group, size_t index) {
  for (;; group = behind(table, group)) {
    uint32_t *slots = slots_of(table, group);
    uint32_t empty = empty_in(slots);
    if (!empty) continue;
    slots[__builtin_ctz(empty)] = tag_of(table, table->log[index]) | (uint32_t)(index + 1);
    return;
  }
}

static inline bool is_full(const dm_table *table, uint32_t group_count, size_t rows) {
  return table->count + rows > (uint64_t)group_count * (SLOTS * 11 / 16) && group_count < table->most_groups;
}

static inline uint32_t grown(const dm_table *table, uint32_t group_count) {
  uint64_t wanted = (uint64_t)group_count * GROWTH;
  // What the division of the most left over belongs to the last step.
  return wanted + wanted / 2 > table->most_groups ? table->most_groups : (uint32_t)wanted;
}

size_t dm_table_bytes(const dm_table *table, size_t rows) {
  uint32_t groups = table->group_count;
  while (is_full(table, groups, rows)) groups = grown(table, groups);
  size_t count = table->count + rows < table->room ? table->count + rows : table->room;
  return count * sizeof(dm_fingerprint) + (size_t)groups * SLOTS * sizeof(uint32_t);
}

static bool grow(dm_table *table) {
  if (!set_groups(table, grown(table, table->group_count))) return false;
  for (size_t i = 0; i < table->count; i += 1) {
    if (i + ROWS < table->count) {
      __builtin_prefetch(slots_of(table, home_of(table, table->log[i + ROWS])), 1);
    }
    place(table, home_of(table, table->log[i]), i);
  }
  return true;
}

// Whether `rows` more surely fit, after growing where that is needed: 1, 0, or -1: memory is out.
static int has_room(dm_table *table, size_t rows) {
  if (table->count + rows > table->room) return 0;
  while (is_full(table, table->group_count, rows)) {
    if (!grow(table)) return -1;
  }
  return 1;
}

static inline bool is_in(const dm_table *table, const uint32_t *slots, uint32_t hits,
                         dm_fingerprint row) {
  for (; hits; hits &= hits - 1) {
    uint32_t slot = slots[__builtin_ctz(hits)];
    if (same(table->log[place_in(table, slot) - 1], row)) return true;
  }
  return false;
}

static size_t admit_rows(dm_table *table, const dm_fingerprint *rows, size_t count,
                         const uint32_t *home, uint8_t *known) {
  uint32_t tags = ~place_in(table, ~(uint32_t)0);
  size_t first = table->count;
  for (size_t i = 0; i < count; i += 1) {
    uint32_t *slots = slots_of(table, home[i]);
    uint32_t hits = look(slots, tags, tag_of(table, rows[i])).hits;
    if (hits) __builtin_prefetch(&table->log[place_in(table, slots[__builtin_ctz(hits)]) - 1]);
  }
  for (size_t i = 0; i < count; i += 1) {
    if (known[i]) continue;
    uint32_t tag = tag_of(table, rows[i]);
    for (uint32_t group = home[i];; group = behind(table, group)) {
      uint32_t *slots = slots_of(table, group);
      group_look found = look(slots, tags, tag);
      if (is_in(table, slots, found.hits, rows[i])) {
        known[i] = 1;
        break;
      }
      if (!found.empty) continue;
      table->log[table->count] = rows[i];
      table->count += 1;
      slots[__builtin_ctz(found.empty)] = tag | (uint32_t)table->count;
      break;
    }
  }
  return table->count - first;
}

static inline size_t find_homes(const dm_table *table, const dm_fingerprint *rows, size_t count,
                                uint32_t *home) {
  size_t chunk = count < ROWS ? count : ROWS;
  for (size_t i = 0; i < chunk; i += 1) {
    home[i] = home_of(table, rows[i]);
    __builtin_prefetch(slots_of(table, home[i]), 1);
    // The rows were written on another core.
    __builtin_prefetch(&rows[i + ROWS]);
  }
  return chunk;
}

ptrdiff_t dm_table_admit(dm_table *table, const dm_fingerprint *rows, size_t count, uint8_t *known,
                         size_t *admitted) {
  // While rows are looked up, the groups of those behind them come from memory.
  uint32_t home[2][ROWS];
  size_t done = 0;
  size_t chunk = find_homes(table, rows, count, home[0]);
  for (int turn = 0; done < count; turn ^= 1) {
    uint32_t group_count = table->group_count;
    int room = has_room(table, chunk);
    if (room < 0) return -1;
    if (!room) break;
    if (table->group_count != group_count) find_homes(table, rows + done, chunk, home[turn]);
    size_t next = find_homes(table, rows + done + chunk, count - done - chunk, home[turn ^ 1]);
    *admitted += admit_rows(table, rows + done, chunk, home[turn], known + done);
    done += chunk;
    chunk = next;
  }
  return (ptrdiff_t)done;
}

void dm_table_find(const dm_table *table, const dm_fingerprint *rows, size_t count,
                   uint8_t *known) {
  uint32_t tags = ~place_in(table, ~(uint32_t)0);
  for (size_t i = 0; i < count; i += 1) {
    group_look found = {0, 0};
    for (uint32_t group = home_of(table, rows[i]); !known[i] && !found.empty;
         group = behind(table, group)) {
      uint32_t *slots = slots_of(table, group);
      found = look(slots, tags, tag_of(table, rows[i]));
      known[i] = is_in(table, slots, found.hits, rows[i]);
    }
  }
}

static inline uint64_t finished(uint64_t word) {
  word = (word ^ (word >> 33)) * 0xFF51AFD7ED558CCDu;
  word = (word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53u;
  return word ^ (word >> 33);
}

dm_fingerprint dm_occurrence(dm_fingerprint row, uint64_t n) {
  if (n <= 1) return row;
  // Products with an odd number differ for different n, and all that follows can be undone.
  dm_fingerprint own = {finished(row.high ^ n * 0x9E3779B97F4A7C15u),
                        finished(row.low + n * 0xC2B2AE3D27D4EB4Fu)};
  return own;
}

void dm_table_truncate(dm_table *table, size_t count) {
  // Memory was out while it grew: the log is in no table any more.
  if (!table->slots) {
    table->count = 0;
    return;
  }
  if (count == 0) {
    // Big tables go back to the system, which gives zeroed memory at the next touch.
    size_t used = table->count * sizeof(dm_fingerprint);
    size_t bytes = slot_bytes(table);
    if (bytes >= (1u << 20)) {
      madvise(table->slots, bytes, MADV_DONTNEED);
    } else {
      memset(table->slots, 0, bytes);
    }
    if (used >= (1u << 20)) madvise(table->log, used, MADV_DONTNEED);
    table->count = 0;
    return;
  }
  while (table->count > count) {
    // It is the latest of all: nothing came into its group behind it.
    for (uint32_t group = home_of(table, table->log[table->count - 1]);; group = behind(table, group)) {
      uint32_t *slots = slots_of(table, group);
      uint32_t empty = empty_in(slots);
      if (empty == ALL_SLOTS) __builtin_trap();  // the log is not in the order that it was put in
      uint32_t *latest = slots + (empty ? (uint32_t)__builtin_ctz(empty) : SLOTS) - 1;
      if (place_in(table, *latest) != table->count) continue;
      *latest = 0;
      break;
    }
    table->count -= 1;
  }
}

// ---- Sorting ---------------------------------------------------------------------------------

#define NAME fingerprints
#define ROW dm_fingerprint
#define KEY(row) (row)
#include "sort_variant.h"

void dm_sort(dm_fingerprint *rows, size_t count) { fingerprints_level(rows, count, 0); }

void dm_sort_parts(dm_fingerprint *rows, size_t count, size_t ends[256]) {
  fingerprints_partition(rows, count, 0, ends);
}

void dm_sort_part(dm_fingerprint *rows, size_t count) { fingerprints_level(rows, count, 1); }

// ---- Lookups ---------------------------------------------------------------------------------

static inline uint64_t bucket_of(dm_fingerprint row, uint32_t bits) {
  return (row.high >> 1) >> (63 - bits);
}

// The first place from `at` on, before `end`, whose tag is `tag`; `end` when there is none.
static inline uint64_t next_tag(const uint8_t *tags, uint64_t at, uint64_t end, uint8_t tag) {
  const uint64_t ones = 0x0101010101010101u;
  const uint64_t low_bits = 0x7F7F7F7F7F7F7F7Fu;
  for (; at < end; at += 8) {
    uint64_t word;
    memcpy(&word, tags + at, 8);
    word ^= ones * tag;
    // The high bit of each byte that is zero now; exact, no borrow between bytes.
    uint64_t hits = ~(((word & low_bits) + low_bits) | word | low_bits);
    if (hits) {
      uint64_t place = at + ((uint64_t)__builtin_ctzll(hits) >> 3);
      return place < end ? place : end;
    }
  }
  return end;
}

// A fingerprint among the entries; all zeros with `error` set when it can't be read.
static inline dm_fingerprint fingerprint_at(const dm_run *run, uint64_t place, int *error) {
  if (run->keys) return run->keys[place];
  dm_fingerprint key = {0, 0};
  size_t done = 0;
  int64_t offset = run->keys_offset + (int64_t)(place * sizeof key);
  while (done < sizeof key) {
    ssize_t got = pread(run->file, (char *)&key + done, sizeof key - done, offset + (int64_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      *error = got < 0 ? -errno : -EIO;
      break;
    }
    done += (size_t)got;
  }
  return key;
}

static inline dm_fingerprint key_at(const dm_run *run, uint64_t place, int *error) {
  return fingerprint_at(run, place * run->width, error);
}

// A bucket that no uniform keys would fill: halve it instead of going through its tags. Gives the
// place, and the run's count when the row is not there.
static uint64_t found_in_long(const dm_run *run, dm_fingerprint row, uint64_t low, uint64_t high,
                              int *error) {
  while (low < high && !*error) {
    uint64_t middle = low + (high - low) / 2;
    dm_fingerprint key = key_at(run, middle, error);
    if (same(key, row) && !*error) return middle;
    if (before(key, row)) low = middle + 1; else high = middle;
  }
  return run->count;
}

static int find_rows(const dm_run *run, const dm_fingerprint *rows, size_t count, uint8_t *known,
                     dm_fingerprint *latest) {
  uint64_t at[ROWS], end[ROWS];
  int error = 0;
  for (size_t i = 0; i < count; i += 1) {
    at[i] = bucket_of(rows[i], run->bits);
    __builtin_prefetch(&run->starts[at[i]]);
  }
  for (size_t i = 0; i < count; i += 1) {
    const uint32_t *start = &run->starts[at[i]];
    at[i] = start[0] < run->count ? start[0] : run->count;
    end[i] = start[1] < run->count ? start[1] : run->count;
    __builtin_prefetch(run->tags + at[i]);
  }
  for (size_t i = 0; i < count; i += 1) {
    if (end[i] > at[i] + LONG_BUCKET) continue;
    at[i] = next_tag(run->tags, at[i], end[i], (uint8_t)rows[i].low);
    if (run->keys && at[i] < end[i]) __builtin_prefetch(&run->keys[at[i] * run->width]);
  }
  for (size_t i = 0; i < count && !error; i += 1) {
    if (known[i]) continue;
    if (end[i] > at[i] + LONG_BUCKET) {
      at[i] = found_in_long(run, rows[i], at[i], end[i], &error);
      known[i] = !error && at[i] < run->count;
    } else {
      while (at[i] < end[i] && !error) {
        if (same(key_at(run, at[i], &error), rows[i]) && !error) {
          known[i] = 1;
          break;
        }
        at[i] = next_tag(run->tags, at[i] + 1, end[i], (uint8_t)rows[i].low);
      }
    }
    if (known[i] && latest) latest[i] = fingerprint_at(run, at[i] * run->width + 1, &error);
  }
  return error;
}

int dm_run_find(const dm_run *run, const dm_fingerprint *rows, size_t count, uint8_t *known,
                dm_fingerprint *latest) {
  int error = 0;
  for (size_t done = 0; done < count && !error; done += ROWS) {
    size_t chunk = count - done < ROWS ? count - done : ROWS;
    error = find_rows(run, rows + done, chunk, known + done, latest ? latest + done : NULL);
  }
  return error;
}

// ---- Writing and merging ---------------------------------------------------------------------

size_t dm_run_describe(dm_progress *progress, uint32_t bits, uint32_t width,
                       const dm_fingerprint *keys, size_t count, uint8_t *tags, uint32_t *starts, size_t room, size_t *given) {
  size_t done = 0;
  *given = 0;
  for (; done < count; done += 1) {
    uint64_t bucket = bucket_of(keys[done * width], bits);
    for (; progress->buckets <= bucket; progress->buckets += 1) {
      if (*given == room) return done;
      starts[(*given)++] = (uint32_t)progress->keys;
    }
    tags[done] = (uint8_t)keys[done * width].low;
    progress->keys += 1;
  }
  if (count == 0) {
    for (; progress->buckets <= (uint64_t)1 << bits && *given < room; progress->buckets += 1) {
      starts[(*given)++] = (uint32_t)progress->keys;
    }
  }
  return done;
}

size_t dm_merge(dm_sequence *sequences, size_t count, uint32_t width, dm_fingerprint *out,
                size_t room, dm_fingerprint *last, bool *any) {
  size_t given = 0;
  while (given + width <= room) {
    // All of them, however many: one that is left out would come too late, and break the order.
    dm_sequence *least = NULL;
    for (size_t i = 0; i < count; i += 1) {
      if (sequences[i].next == sequences[i].end) continue;
      if (!least || before(*sequences[i].next, *least->next)) least = &sequences[i];
    }
    if (!least) break;
    dm_fingerprint key = *least->next;
    if (!*any || !same(key, *last)) {
      for (uint32_t part = 0; part < width; part += 1) out[given++] = least->next[part];
      *last = key;
      *any = true;
    }
    least->next += width;
    // The rest of this sequence has to be read before anything after it may be given.
    if (least->next == least->end) break;
  }
  return given;
}

bool dm_ascends(const dm_fingerprint *keys, size_t count, uint32_t width,
                const dm_fingerprint *last) {
  if (count == 0) return true;
  bool ascends = !last || before(*last, keys[0]);
  for (size_t i = 1; i < count; i += 1) {
    ascends &= before(keys[(i - 1) * width], keys[i * width]);
  }
  return ascends;
}

void dm_release(const void *start, size_t count) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  uintptr_t first = ((uintptr_t)start + page - 1) & ~(uintptr_t)(page - 1);
  uintptr_t end = ((uintptr_t)start + count) & ~(uintptr_t)(page - 1);
  if (first < end) madvise((void *)first, end - first, MADV_DONTNEED);
}
