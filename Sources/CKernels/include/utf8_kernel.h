// Validates UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many of the first `count` bytes are whole, valid characters.
///
/// What follows is either wrong or a character that the end cuts off.
size_t dm_utf8_valid(const uint8_t *bytes, size_t count);

/// Variants, for the test that holds them equal: 0 portable, 1 SSSE3, 2 AVX2.
bool dm_utf8_has_variant(int variant);
size_t dm_utf8_valid_variant(int variant, const uint8_t *bytes, size_t count);
