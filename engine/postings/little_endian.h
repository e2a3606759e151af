/* SPDX-License-Identifier: GPL-3.0-or-later */
/* little_endian.h - numbers in files, on any machine and at any address. */
#ifndef QUIRE_POSTINGS_LITTLE_ENDIAN_H
#define QUIRE_POSTINGS_LITTLE_ENDIAN_H

#include <stdint.h>
#include <string.h>

static inline uint64_t
load_u64(const uint8_t *from)
{
    uint64_t number;

    memcpy(&number, from, sizeof number);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    number = __builtin_bswap64(number);
#endif
    return number;
}

static inline uint32_t
load_u32(const uint8_t *from)
{
    uint32_t number;

    memcpy(&number, from, sizeof number);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    number = __builtin_bswap32(number);
#endif
    return number;
}

static inline uint16_t
load_u16(const uint8_t *from)
{
    return (uint16_t)(from[0] | from[1] << 8);
}

static inline void
store_u64(uint8_t *to, uint64_t number)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    number = __builtin_bswap64(number);
#endif
    memcpy(to, &number, sizeof number);
}

static inline void
store_u32(uint8_t *to, uint32_t number)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    number = __builtin_bswap32(number);
#endif
    memcpy(to, &number, sizeof number);
}

#endif
