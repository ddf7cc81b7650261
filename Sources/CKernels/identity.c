#define _GNU_SOURCE
#include "identity_kernel.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ROWS = 64, LEAST_BITS = 10, LONG_BUCKET = 96 };

static inline bool same(dm_fingerprint a, dm_fingerprint b) {
  return a.high == b.high && a.low == b.low;
}

static inline bool before(dm_fingerprint a, dm_fingerprint b) {
  return a.high < b.high || (a.high == b.high && a.low < b.low);
}

// ---- The table -------------------------------------------------------------------------------

// Slots hold 32 bits of the fingerprint and a place in the log: a miss in the table is told from a
// hit without reading the log. Nothing is ever removed but the latest, so an empty slot ends a probe
// for good: the table is always as if the log had been put in from its start.

// Zeroed memory; what nobody touches costs address space only.
static void *reserve(size_t bytes) {
  void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  if (bytes >= (4u << 20)) madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

static inline uint64_t mixed(dm_fingerprint row) {
  return (row.low ^ (row.high >> 32)) * 0x9E3779B97F4A7C15u;
}

static inline uint64_t tag_of(dm_fingerprint row) {
  return (row.low ^ row.high) & 0xFFFFFFFF00000000u;
}

static bool set_bits(dm_table *table, uint32_t bits) {
  if (table->slots) munmap(table->slots, sizeof(uint64_t) << table->bits);
  table->slots = reserve(sizeof(uint64_t) << bits);
  table->bits = bits;
  if (!table->slots) return false;
#ifdef MADV_POPULATE_WRITE
  // All of it will be touched, and a first touch that only reads would cost a second fault.
  madvise(table->slots, sizeof(uint64_t) << bits, MADV_POPULATE_WRITE);
#endif
  return true;
}

bool dm_table_make(dm_table *table, size_t budget) {
  memset(table, 0, sizeof *table);
  uint32_t bits = LEAST_BITS;
  while (bits < 31 && (sizeof(uint64_t) << (bits + 1)) <= budget / 2) bits += 1;
  table->most_bits = bits;
  size_t table_bytes = sizeof(uint64_t) << bits;
  size_t room = budget > table_bytes ? (budget - table_bytes) / sizeof(dm_fingerprint) : 0;
  size_t most = ((size_t)3 << bits) / 4;
  if (room > most) room = most;
  if (room < ROWS) room = ROWS;
  table->room = room;
  table->log = reserve(room * sizeof(dm_fingerprint));
  return table->log && set_bits(table, LEAST_BITS);
}

void dm_table_free(dm_table *table) {
  if (table->log) munmap(table->log, table->room * sizeof(dm_fingerprint));
  if (table->slots) munmap(table->slots, sizeof(uint64_t) << table->bits);
  memset(table, 0, sizeof *table);
}

static void place(dm_table *table, size_t index) {
  uint64_t mask = ((uint64_t)1 << table->bits) - 1;
  uint64_t at = mixed(table->log[index]) >> (64 - table->bits);
  while (table->slots[at]) at = (at + 1) & mask;
  table->slots[at] = tag_of(table->log[index]) | (index + 1);
}

static bool grow(dm_table *table) {
  // Small tables grow faster: to move them costs more than the room they take.
  uint32_t bits = table->bits + (table->bits < 16 ? 2 : 1);
  if (!set_bits(table, bits < table->most_bits ? bits : table->most_bits)) return false;
  size_t ahead = 16;
  for (size_t i = 0; i < table->count; i += 1) {
    if (i + ahead < table->count) {
      __builtin_prefetch(&table->slots[mixed(table->log[i + ahead]) >> (64 - table->bits)], 1);
    }
    place(table, i);
  }
  return true;
}

// Whether `rows` more surely fit, after growing where that is needed: 1, 0, or -1: memory is out.
static int has_room(dm_table *table, size_t rows) {
  if (table->count + rows > table->room) return 0;
  while (table->count + rows > ((size_t)11 << table->bits) / 16) {
    if (table->bits >= table->most_bits) break;
    if (!grow(table)) return -1;
  }
  return 1;
}

static size_t admit_rows(dm_table *table, const dm_fingerprint *rows, size_t count,
                         uint8_t *known) {
  uint64_t home[ROWS];
  uint64_t mask = ((uint64_t)1 << table->bits) - 1;
  size_t first = table->count;
  for (size_t i = 0; i < count; i += 1) {
    home[i] = mixed(rows[i]) >> (64 - table->bits);
    __builtin_prefetch(&table->slots[home[i]], 1);
  }
  for (size_t i = 0; i < count; i += 1) {
    uint64_t slot = table->slots[home[i]];
    if (slot && (slot & 0xFFFFFFFF00000000u) == tag_of(rows[i])) {
      __builtin_prefetch(&table->log[(uint32_t)slot - 1]);
    }
  }
  for (size_t i = 0; i < count; i += 1) {
    if (known[i]) continue;
    uint64_t tag = tag_of(rows[i]);
    for (uint64_t at = home[i];; at = (at + 1) & mask) {
      uint64_t slot = table->slots[at];
      if (!slot) {
        table->log[table->count] = rows[i];
        table->count += 1;
        table->slots[at] = tag | table->count;
        break;
      }
      if ((slot & 0xFFFFFFFF00000000u) == tag && same(table->log[(uint32_t)slot - 1], rows[i])) {
        known[i] = 1;
        break;
      }
    }
  }
  return table->count - first;
}

ptrdiff_t dm_table_admit(dm_table *table, const dm_fingerprint *rows, size_t count, uint8_t *known,
                         size_t *admitted) {
  size_t done = 0;
  while (done < count) {
    size_t chunk = count - done < ROWS ? count - done : ROWS;
    int room = has_room(table, chunk);
    if (room < 0) return -1;
    if (!room) break;
    *admitted += admit_rows(table, rows + done, chunk, known + done);
    done += chunk;
  }
  return (ptrdiff_t)done;
}

void dm_table_find(const dm_table *table, const dm_fingerprint *rows, size_t count,
                   uint8_t *known) {
  uint64_t mask = ((uint64_t)1 << table->bits) - 1;
  for (size_t i = 0; i < count; i += 1) {
    uint64_t tag = tag_of(rows[i]);
    uint64_t at = mixed(rows[i]) >> (64 - table->bits);
    for (uint64_t slot; !known[i] && (slot = table->slots[at]); at = (at + 1) & mask) {
      known[i] = (slot & 0xFFFFFFFF00000000u) == tag
                 && same(table->log[(uint32_t)slot - 1], rows[i]);
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
  if (count == 0) {
    // Big tables go back to the system, which gives zeroed memory at the next touch.
    size_t used = table->count * sizeof(dm_fingerprint);
    size_t bytes = sizeof(uint64_t) << table->bits;
    if (bytes >= (1u << 20)) {
      madvise(table->slots, bytes, MADV_DONTNEED);
    } else {
      memset(table->slots, 0, bytes);
    }
    if (used >= (1u << 20)) madvise(table->log, used, MADV_DONTNEED);
    table->count = 0;
    return;
  }
  uint64_t mask = ((uint64_t)1 << table->bits) - 1;
  while (table->count > count) {
    dm_fingerprint row = table->log[table->count - 1];
    uint64_t at = mixed(row) >> (64 - table->bits);
    while ((uint32_t)table->slots[at] != (uint32_t)table->count) at = (at + 1) & mask;
    table->slots[at] = 0;
    table->count -= 1;
  }
}

// ---- Sorting ---------------------------------------------------------------------------------

#define NAME fingerprints
#define ROW dm_fingerprint
#define KEY(row) (row)
#include "sort_variant.h"

void dm_sort(dm_fingerprint *rows, size_t count) { fingerprints_level(rows, count, 0); }

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
