#include <lzma.h>

/// A stream as `LZMA_STREAM_INIT` makes it, which Swift does not import.
static inline lzma_stream dm_lzma_stream(void) {
  lzma_stream made = LZMA_STREAM_INIT;
  return made;
}

/// The flag as a value: its macro is not imported.
static const uint32_t dm_lzma_tell_unsupported_check = LZMA_TELL_UNSUPPORTED_CHECK;
