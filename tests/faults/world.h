/* SPDX-License-Identifier: GPL-3.0-or-later */
/* world.h - what tests in tests/faults happen in: a directory of its own with a few articles,
 * indexes of them in several states, the programs, run with tests/faults/fault.c, and judges of
 * what is left.
 *
 * Whatever fails here of itself ends the test. */
#ifndef QUIRE_TESTS_FAULTS_WORLD_H
#define QUIRE_TESTS_FAULTS_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "fault.h"
#include "quire.h"

/* Make the directory and go there; remove it.  For cmocka's groups of tests. */
int world_begin(void **state);
int world_end(void **state);

/* Say what was found to be wrong, and go on; end the test where something was. */
void world_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
void world_judge(void);

/* How much there is to do, by QUIRE_FAULTS in the environment: all; so many times as much as every
 * day; or, where it is not there, what fits into every day. */
bool world_is_long(void); /* more than every day */

/* Is that case to be tried?  QUIRE_FAULTS_ONLY names the only one that is, as a complaint does, or
 * the only ones, by what they begin with; QUIRE_FAULTS_PART=3/8 is the third of eight parts of
 * them, so that what takes hours can be done in pieces.  It counts the cases that it is asked
 * about; world_is_of_part is for those who count.  Is anything of a store?  QUIRE_FAULTS_STORE
 * names the only one of which it is. */
bool world_is_wanted(const char *title);
bool world_is_of_part(uint64_t number);
bool world_is_store_wanted(const char *store);

/* How many of n to try, if want is enough for every day. */
uint64_t world_share(uint64_t n, uint64_t want);

/* Number i of so many numbers from 1 to n: the first, the last, and evenly between. */
uint64_t world_pick(uint64_t i, uint64_t share, uint64_t n);

/* ---- Articles: the directory src as it was at some time ---- */

typedef enum { WORLD_FIRST, WORLD_BEFORE, WORLD_NOW } world_time;

void world_set_sources(world_time time);

/* ---- Operations ---- */

/* Something that is done to an index, or asked of it. */
typedef struct {
    const char *name;
    const char *start;       /* the state that it begins in: a directory below states, or NULL */
    const char *command[12]; /* program and arguments */
    const char *before;      /* the state that has the answers before */
    const char *after;       /* and after */
} world_operation;

/* The state an operation begins in is made at index/set (whose parents are made by it, too). */
#define WORLD_INDEX "index/set"

/* Make the states that operations begin and end in; store: NULL for the default. */
void world_make_states(const char *store);

/* Operations that change an index; the list ends in a NULL name. */
const world_operation *world_operations(void);

void world_restore(const char *state); /* NULL: no index */

/* ---- Running ---- */

typedef struct {
    int status; /* of the exit; 128 + the signal where it was killed by one */
    bool is_hung;
    buffer out;
    buffer err;
} world_result;

/* A program as it was linked, not the script that finds its libraries for it, which faults would
 * meet first. */
void world_find_program(const char *name, char path_out[512]);

/* Run a program; fault and log may be NULL. */
void world_run(const char *const *command, const char *fault, const char *log, world_result *r);
void world_free_result(world_result *r);

/* Run an operation and count its calls. */
void world_count(const world_operation *o, uint64_t counts[FAULT_KINDS]);

/* Skip the test where the library cannot be loaded.  Does it see calls of memory, too? */
bool world_need_library(void);

/* ---- Judging ---- */

/* Write down a string, which may be NULL; what a hit says of its article, and its text. */
void world_add_string(const char *string, buffer *out);
void world_add_texts(const quire_hit *h, buffer *out);

/* What an index answers to all that can be asked of it, errors among it; false where there is none.
 */
bool world_ask(const char *index, buffer *answers);

/* The answers of a state. */
const buffer *world_answers(const char *state);

/* Does an index answer as a state does? */
bool world_is_state(const char *index, const char *state);

/* Is all of it as it should be, byte for byte, the generations kept beside the live one too, and is
 * nothing there that does not belong to it?  Where not, *why says so. */
bool world_is_clean(const char *index, buffer *why);

/* Run an update, which must come to its end, publish what the sources say now where that is not
 * published yet, and leave a clean index. */
void world_judge_next_run(const char *title);

/* Names of what stands in an index, but for what is there at all times. */
void world_list(const char *index, buffer *names);

#endif
