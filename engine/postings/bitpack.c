/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bitpack.c - packing numbers, and unpacking them as fast as the machine can.
 *
 * Eight numbers of width w take exactly w bytes, so every group of eight begins at a byte and looks
 * the same as every other.  Both ways of unpacking rest on that: the portable one has for each
 * width a function in which all shifts are constants; that of AVX2 brings the bytes of each number
 * into its lane by one shuffle and shifts all lanes at once.  A lane has 32 bits, of which up to 7
 * belong to the number before, so it serves widths up to 25; wider numbers, which gaps and
 * positions hardly ever are, go the portable way. */
#include "postings/bitpack.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAS_AVX2 1
#endif

#define GROUP 8
#define MAX_WIDTH 32
#define AVX2_MAX_WIDTH 25

/* Fewer numbers than this are not worth choosing a function for. */
#define FEW 8

unsigned
bitpack_width(const uint32_t *numbers, size_t n)
{
    uint32_t all = 0;

    for (size_t i = 0; i < n; i++)
        all |= numbers[i];
    return all == 0 ? 0 : (unsigned)(32 - __builtin_clz(all));
}

void
bitpack_pack(const uint32_t *numbers, size_t n, unsigned width, uint8_t *out)
{
    uint64_t bits = 0; /* not written yet, from bit 0 on */
    unsigned nbits = 0;

    assert(width <= MAX_WIDTH);
    if (width == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        bits |= (uint64_t)numbers[i] << nbits;
        nbits += width;
        if (nbits >= 32) {
            store_u32(out, (uint32_t)bits);
            out += 4;
            bits >>= 32;
            nbits -= 32;
        }
    }
    for (; nbits > 8; nbits -= 8, bits >>= 8)
        *out++ = (uint8_t)bits;
    if (nbits > 0)
        *out = (uint8_t)bits;
}

/* Numbers first .. first + n, one by one. */
static void
unpack_few(const uint8_t *packed, size_t first, size_t n, unsigned width, uint32_t *out)
{
    const uint64_t mask = ((uint64_t)1 << width) - 1;
    uint64_t bit = (uint64_t)first * width;

    for (size_t i = 0; i < n; i++, bit += width)
        out[i] = (uint32_t)(load_u64(packed + bit / 8) >> (bit % 8) & mask);
}

/* ---- Portable ---- */

/* Number i of a group of constant width; the compiler leaves a load, a shift and a mask of it. */
static inline __attribute__((always_inline)) uint32_t
number_of_group(const uint8_t *group, unsigned i, unsigned width)
{
    return (uint32_t)(load_u64(group + i * width / 8) >> (i * width % 8) &
                      (((uint64_t)1 << width) - 1));
}

static inline __attribute__((always_inline)) void
unpack_groups(const uint8_t *packed, size_t ngroups, unsigned width, uint32_t *out)
{
    for (size_t g = 0; g < ngroups; g++, packed += width, out += GROUP) {
        out[0] = number_of_group(packed, 0, width);
        out[1] = number_of_group(packed, 1, width);
        out[2] = number_of_group(packed, 2, width);
        out[3] = number_of_group(packed, 3, width);
        out[4] = number_of_group(packed, 4, width);
        out[5] = number_of_group(packed, 5, width);
        out[6] = number_of_group(packed, 6, width);
        out[7] = number_of_group(packed, 7, width);
    }
}

typedef void unpack_function(const uint8_t *packed, size_t ngroups, uint32_t *out);

#define FOR_EACH_WIDTH(DO)                                                                         \
    DO(0)                                                                                          \
    DO(1)                                                                                          \
    DO(2)                                                                                          \
    DO(3)                                                                                          \
    DO(4)                                                                                          \
    DO(5)                                                                                          \
    DO(6)                                                                                          \
    DO(7)                                                                                          \
    DO(8)                                                                                          \
    DO(9)                                                                                          \
    DO(10)                                                                                         \
    DO(11)                                                                                         \
    DO(12)                                                                                         \
    DO(13)                                                                                         \
    DO(14)                                                                                         \
    DO(15)                                                                                         \
    DO(16)                                                                                         \
    DO(17)                                                                                         \
    DO(18)                                                                                         \
    DO(19)                                                                                         \
    DO(20)                                                                                         \
    DO(21)                                                                                         \
    DO(22)                                                                                         \
    DO(23)                                                                                         \
    DO(24)                                                                                         \
    DO(25)                                                                                         \
    DO(26)                                                                                         \
    DO(27)                                                                                         \
    DO(28)                                                                                         \
    DO(29)                                                                                         \
    DO(30)                                                                                         \
    DO(31)                                                                                         \
    DO(32)

#define DEFINE_UNPACK(WIDTH)                                                                       \
    static void unpack_groups_##WIDTH(const uint8_t *packed, size_t ngroups, uint32_t *out)        \
    {                                                                                              \
        unpack_groups(packed, ngroups, WIDTH, out);                                                \
    }
#define NAME_UNPACK(WIDTH) unpack_groups_##WIDTH,

FOR_EACH_WIDTH(DEFINE_UNPACK)

static unpack_function *const unpack_functions[MAX_WIDTH + 1] = {FOR_EACH_WIDTH(NAME_UNPACK)};

static void
unpack_groups_portable(const uint8_t *packed, size_t ngroups, unsigned width, uint32_t *out)
{
    unpack_functions[width](packed, ngroups, out);
}

void
bitpack_add_one_portable(uint32_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i]++;
}

void
bitpack_add_up_portable(uint32_t *out, size_t n, uint32_t start)
{
    size_t i = 0;

    /* By fours, so that only one addition in four waits for the one before. */
    for (; i + 4 <= n; i += 4) {
        const uint32_t two = out[i] + out[i + 1] + 2;
        const uint32_t three = two + out[i + 2] + 1;
        const uint32_t four = two + out[i + 2] + out[i + 3] + 2;

        out[i] += start + 1;
        out[i + 1] = start + two;
        out[i + 2] = start + three;
        out[i + 3] = start + four;
        start += four;
    }
    for (; i < n; i++)
        out[i] = start += out[i] + 1;
}

void
bitpack_sum_up_portable(const uint32_t *numbers, size_t n, uint32_t *out)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i++)
        out[i] = sum += numbers[i];
}

/* ---- AVX2 ---- */

#ifdef HAS_AVX2

/* A group is read as two lots of 16 bytes, the lower from its first byte, the upper from the byte
 * in which its fifth number begins.  Byte b of number i of a lane comes from byte SOURCE. */
#define UPPER(WIDTH) (4 * (WIDTH) / 8)
#define SOURCE(WIDTH, I, B) (uint8_t)((I) * (WIDTH) / 8 - ((I) < 4 ? 0 : UPPER(WIDTH)) + (B))
#define LANE(WIDTH, I)                                                                             \
    SOURCE(WIDTH, I, 0), SOURCE(WIDTH, I, 1), SOURCE(WIDTH, I, 2), SOURCE(WIDTH, I, 3)
#define LANES(WIDTH)                                                                               \
    {LANE(WIDTH, 0), LANE(WIDTH, 1), LANE(WIDTH, 2), LANE(WIDTH, 3),                               \
     LANE(WIDTH, 4), LANE(WIDTH, 5), LANE(WIDTH, 6), LANE(WIDTH, 7)},

/* Of widths above AVX2_MAX_WIDTH they are never used. */
static const uint8_t shuffles[MAX_WIDTH + 1][32] = {FOR_EACH_WIDTH(LANES)};

__attribute__((target("avx2"))) static void
unpack_groups_avx2(const uint8_t *packed, size_t ngroups, unsigned width, uint32_t *out)
{
    const __m256i shuffle = _mm256_loadu_si256((const __m256i *)(const void *)shuffles[width]);
    const __m256i shifts =
        _mm256_and_si256(_mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7),
                                            _mm256_set1_epi32((int)width)),
                         _mm256_set1_epi32(7));
    const __m256i mask = _mm256_set1_epi32((int)(((uint32_t)1 << width) - 1));
    const size_t upper = 4 * width / 8;

    for (size_t g = 0; g < ngroups; g++, packed += width, out += GROUP) {
        const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)packed);
        const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(packed + upper));
        __m256i v = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);

        v = _mm256_shuffle_epi8(v, shuffle);
        v = _mm256_and_si256(_mm256_srlv_epi32(v, shifts), mask);
        _mm256_storeu_si256((__m256i *)(void *)out, v);
    }
}

__attribute__((target("avx2"))) static void
add_one_avx2(uint32_t *out, size_t n)
{
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        __m256i *v = (__m256i *)(void *)(out + i);

        _mm256_storeu_si256(v, _mm256_add_epi32(_mm256_loadu_si256(v), _mm256_set1_epi32(1)));
    }
    bitpack_add_one_portable(out + i, n - i);
}

/* The sums of eight numbers, each with all before it. */
__attribute__((target("avx2"), always_inline)) static inline __m256i
sums_of_eight(__m256i v)
{
    /* Sums within each half, then the lower half's onto the upper one. */
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
    v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
    return _mm256_add_epi32(v, _mm256_shuffle_epi32(_mm256_permute2x128_si256(v, v, 0x08), 0xff));
}

__attribute__((target("avx2"))) static void
add_up_avx2(uint32_t *out, size_t n, uint32_t start)
{
    const __m256i last_of_eight = _mm256_set1_epi32(7);
    const __m256i ones = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8);
    __m256i before = _mm256_set1_epi32((int)start);
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        __m256i *to = (__m256i *)(void *)(out + i);
        const __m256i v = _mm256_add_epi32(sums_of_eight(_mm256_loadu_si256(to)), ones);

        _mm256_storeu_si256(to, _mm256_add_epi32(v, before));
        before = _mm256_add_epi32(before, _mm256_permutevar8x32_epi32(v, last_of_eight));
    }
    bitpack_add_up_portable(out + i, n - i, (uint32_t)_mm256_cvtsi256_si32(before));
}

__attribute__((target("avx2"))) static void
sum_up_avx2(const uint32_t *numbers, size_t n, uint32_t *out)
{
    const __m256i last_of_eight = _mm256_set1_epi32(7);
    __m256i before = _mm256_setzero_si256();
    uint32_t sum;
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        const __m256i *from = (const __m256i *)(const void *)(numbers + i);
        const __m256i v = sums_of_eight(_mm256_loadu_si256(from));

        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_add_epi32(v, before));
        before = _mm256_add_epi32(before, _mm256_permutevar8x32_epi32(v, last_of_eight));
    }
    sum = (uint32_t)_mm256_cvtsi256_si32(before);
    for (; i < n; i++)
        out[i] = sum += numbers[i];
}

#endif

/* ---- The choice ---- */

typedef struct {
    void (*unpack_groups)(const uint8_t *packed, size_t ngroups, unsigned width, uint32_t *out);
    unsigned max_width; /* of unpack_groups */
    void (*add_one)(uint32_t *out, size_t n);
    void (*add_up)(uint32_t *out, size_t n, uint32_t start);
    void (*sum_up)(const uint32_t *numbers, size_t n, uint32_t *out);
} ways;

static const ways portable = {unpack_groups_portable, MAX_WIDTH, bitpack_add_one_portable,
                              bitpack_add_up_portable, bitpack_sum_up_portable};
#ifdef HAS_AVX2
static const ways avx2 = {unpack_groups_avx2, AVX2_MAX_WIDTH, add_one_avx2, add_up_avx2,
                          sum_up_avx2};
#endif

static const ways *
choose(void)
{
#ifdef HAS_AVX2
    if (__builtin_cpu_supports("avx2"))
        return &avx2;
#endif
    return &portable;
}

/* Threads that choose at the same time choose the same. */
static const ways *
chosen_ways(void)
{
    static _Atomic(const ways *) chosen;
    const ways *w = atomic_load_explicit(&chosen, memory_order_relaxed);

    if (__builtin_expect(w == NULL, 0)) {
        w = choose();
        atomic_store_explicit(&chosen, w, memory_order_relaxed);
    }
    return w;
}

static void
unpack(const ways *w, const uint8_t *packed, size_t first, size_t n, unsigned width, uint32_t *out)
{
    const size_t head = (size_t)-first % GROUP < n ? (size_t)-first % GROUP : n;
    const size_t ngroups = (n - head) / GROUP;
    const size_t tail = (n - head) % GROUP;
    const uint8_t *group = packed + (first + head) / GROUP * width;

    if (head > 0)
        unpack_few(packed, first, head, width, out);
    if (width <= w->max_width)
        w->unpack_groups(group, ngroups, width, out + head);
    else
        unpack_groups_portable(group, ngroups, width, out + head);
    if (tail > 0)
        unpack_few(group + ngroups * width, 0, tail, width, out + head + ngroups * GROUP);
}

/* Whole groups from the first number on, which blocks mostly are. */
static void
unpack_whole(const ways *w, const uint8_t *packed, size_t n, unsigned width, uint32_t *out)
{
    if (width <= w->max_width)
        w->unpack_groups(packed, n / GROUP, width, out);
    else
        unpack_groups_portable(packed, n / GROUP, width, out);
}

void
bitpack_unpack(const uint8_t *packed, size_t first, size_t n, unsigned width, uint32_t *out)
{
    assert(width <= MAX_WIDTH);
    if (first == 0 && n % GROUP == 0)
        unpack_whole(chosen_ways(), packed, n, width, out);
    else if (n < FEW)
        unpack_few(packed, first, n, width, out);
    else
        unpack(chosen_ways(), packed, first, n, width, out);
}

void
bitpack_unpack_portable(const uint8_t *packed, size_t first, size_t n, unsigned width,
                        uint32_t *out)
{
    assert(width <= MAX_WIDTH);
    unpack(&portable, packed, first, n, width, out);
}

void
bitpack_add_one(uint32_t *out, size_t n)
{
    chosen_ways()->add_one(out, n);
}

void
bitpack_add_up(uint32_t *out, size_t n, uint32_t start)
{
    chosen_ways()->add_up(out, n, start);
}

void
bitpack_sum_up(const uint32_t *numbers, size_t n, uint32_t *out)
{
    chosen_ways()->sum_up(numbers, n, out);
}
