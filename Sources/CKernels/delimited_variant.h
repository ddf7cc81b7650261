// The two passes, once for each variant. Included with DM_NAME(x), DM_TARGET and these defined:
//   DM_LOAD: declares what `dm_eq(c)` and `dm_below(c)` need for the 64 bytes at p
//   dm_eq(c), dm_below(c), dm_prefix_xor(x)
//   dm_list(out, base, bits, n): the places of the `n` bits, counted from `base`; may write 64 in all

DM_TARGET static dm_split DM_NAME(split)(const uint8_t *bytes, size_t count, dm_dialect d) {
  dm_split out = {0, 0, true, false};
  uint64_t inside = 0;          // all ones while a quoted field is open
  uint64_t after_separator = 1; // bit 0: the byte before this chunk ends a field
  uint64_t after_close = 0;     // bit 0: the byte before this chunk closes a quote
  uint64_t after_return = 0;    // bit 0: the byte before this chunk is a CR behind such a quote
  uint64_t lines = 0;
  for (size_t at = 0; at < count; at += 64) {
    const uint8_t *p = bytes + at;
    DM_LOAD
    uint64_t valid = count - at >= 64 ? ~0ull : (1ull << (count - at)) - 1;
    uint64_t line_ends = dm_eq(d.line_end) & valid;
    uint64_t quotes = d.has_quote ? dm_eq(d.quote) & valid : 0;
    uint64_t outside_ends = line_ends;
    if (quotes | inside | after_close | after_return) {
      uint64_t state = dm_prefix_xor(quotes) ^ inside;
      uint64_t opens = quotes & state, closes = quotes & ~state;
      uint64_t separators = (dm_eq(d.delimiter) & valid) | line_ends;
      uint64_t before_open = (separators << 1) | after_separator | (closes << 1) | after_close;
      uint64_t behind_close = ((closes << 1) | after_close) & valid;
      uint64_t returns = behind_close & ~separators & dm_eq('\r');
      uint64_t behind_return = ((returns << 1) | after_return) & valid;
      uint64_t wrong = (opens & ~before_open) | (behind_close & ~(separators | opens | returns)) |
                       (behind_return & ~line_ends);
      if (wrong) { out.regular = false; return out; }
      inside = (uint64_t)((int64_t)state >> 63);
      after_close = closes >> 63;
      after_return = returns >> 63;
      after_separator = separators >> 63;
      outside_ends = line_ends & ~state;
    } else if (d.has_quote) {
      after_separator = ((dm_eq(d.delimiter) & valid) | line_ends) >> 63;
    }
    if (outside_ends) {
      unsigned top = 63 - (unsigned)__builtin_clzll(outside_ends);
      out.end = at + top + 1;
      uint64_t upto = top == 63 ? ~0ull : (1ull << (top + 1)) - 1;
      out.lines = lines + (uint64_t)__builtin_popcountll(line_ends & upto);
    }
    lines += (uint64_t)__builtin_popcountll(line_ends);
  }
  out.open = inside != 0;
  return out;
}

DM_TARGET static dm_found DM_NAME(index)(const uint8_t *bytes, size_t count, dm_dialect d,
                                         uint32_t *places, uint32_t *ends, uint64_t *care) {
  uint32_t *out = places, *end = ends;
  uint64_t inside = 0;
  for (size_t at = 0; at < count; at += 64) {
    const uint8_t *p = bytes + at;
    DM_LOAD
    uint64_t valid = count - at >= 64 ? ~0ull : (1ull << (count - at)) - 1;
    uint64_t quotes = d.has_quote ? dm_eq(d.quote) & valid : 0;
    uint64_t state = dm_prefix_xor(quotes) ^ inside;
    inside = (uint64_t)((int64_t)state >> 63);
    *care++ = dm_below(0x20) | dm_eq('"') | dm_eq('\\') | quotes;
    uint64_t line_ends = dm_eq(d.line_end) & valid & ~state;
    uint64_t found = (dm_eq(d.delimiter) & valid & ~state) | line_ends;
    // Mostly there is one line end or none: the first is written in either case.
    do {
      *end = (uint32_t)(out - places) +
             (uint32_t)__builtin_popcountll(found & (line_ends ^ (line_ends - 1))) - 1;
      end += line_ends != 0;
      line_ends &= line_ends - 1;
    } while (line_ends);
    int n = __builtin_popcountll(found);
    dm_list(out, (uint32_t)at, found, n);
    out += n;
  }
  care[0] = 0;
  return (dm_found){.places = (size_t)(out - places), .ends = (size_t)(end - ends)};
}
#undef DM_NAME
#undef DM_TARGET
#undef DM_LOAD
#undef dm_eq
#undef dm_below
#undef dm_prefix_xor
#undef dm_list
