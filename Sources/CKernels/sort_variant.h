// American flag sort of ROW by the 128 bits that KEY(row) gives: each row goes straight to its digit's
// bucket, bucket after bucket, in place. Included once for each kind of row; NAME is what it is called.

#define SORT_JOIN_(a, b) a##_##b
#define SORT_JOIN(a, b) SORT_JOIN_(a, b)
#define SORT(part) SORT_JOIN(NAME, part)

static inline uint32_t SORT(digit)(ROW row, uint32_t level) {
  return level < 8 ? (KEY(row).high >> (56 - 8 * level)) & 0xFF
                   : (KEY(row).low >> (120 - 8 * level)) & 0xFF;
}

static void SORT(insertion)(ROW *rows, size_t count) {
  for (size_t i = 1; i < count; i += 1) {
    ROW row = rows[i];
    size_t at = i;
    for (; at > 0 && before(KEY(row), KEY(rows[at - 1])); at -= 1) rows[at] = rows[at - 1];
    rows[at] = row;
  }
}

// Brings rows into the order of one digit; `end` says where each digit's rows end.
static void SORT(partition)(ROW *rows, size_t count, uint32_t level, size_t end[256]) {
  size_t next[256] = {0};
  for (size_t i = 0; i < count; i += 1) next[SORT(digit)(rows[i], level)] += 1;
  size_t sum = 0;
  for (size_t d = 0; d < 256; d += 1) {
    size_t bucket = next[d];
    next[d] = sum;
    sum += bucket;
    end[d] = sum;
  }
  for (size_t d = 0; d < 256; d += 1) {
    while (next[d] < end[d]) {
      ROW row = rows[next[d]];
      for (uint32_t own = SORT(digit)(row, level); own != d; own = SORT(digit)(row, level)) {
        ROW other = rows[next[own]];
        rows[next[own]++] = row;
        row = other;
      }
      rows[next[d]++] = row;
    }
  }
}

static void SORT(level)(ROW *rows, size_t count, uint32_t level) {
  if (count < 48) {
    SORT(insertion)(rows, count);
    return;
  }
  size_t end[256];
  SORT(partition)(rows, count, level, end);
  if (level == 15) return;
  size_t start = 0;
  for (size_t d = 0; d < 256; d += 1) {
    SORT(level)(rows + start, end[d] - start, level + 1);
    start = end[d];
  }
}

#undef SORT
#undef SORT_JOIN
#undef SORT_JOIN_
