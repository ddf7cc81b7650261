#pragma once
// isa-l's inflate for gzip. The state holds arrays that Swift does not import, so Swift sees a handle.
#include <isa-l/igzip_lib.h>
#include <stdlib.h>

struct dm_isal {
  struct inflate_state state;
};

static inline struct dm_isal *_Nullable dm_isal_new(void) {
  struct dm_isal *made = malloc(sizeof *made);
  if (made) {
    isal_inflate_init(&made->state);
    made->state.crc_flag = ISAL_GZIP;
  }
  return made;
}

static inline void dm_isal_free(struct dm_isal *_Nonnull made) { free(made); }

/// Makes ready for another member.
static inline void dm_isal_reset(struct dm_isal *_Nonnull made) {
  isal_inflate_reset(&made->state);
  made->state.crc_flag = ISAL_GZIP;
}

/// One step: returns isa-l's code, 1 added to `ended` when the member and its trailer are whole.
static inline int dm_isal_inflate(struct dm_isal *_Nonnull made, const uint8_t *_Nullable input,
                                  size_t *_Nonnull input_count, uint8_t *_Nonnull output,
                                  size_t *_Nonnull output_count, int *_Nonnull ended) {
  struct inflate_state *s = &made->state;
  s->next_in = (uint8_t *)input;
  s->avail_in = (uint32_t)*input_count;
  s->next_out = output;
  s->avail_out = (uint32_t)*output_count;
  int code = isal_inflate(s);
  *input_count -= s->avail_in;
  *output_count -= s->avail_out;
  *ended = s->block_state == ISAL_BLOCK_FINISH;
  return code;
}
