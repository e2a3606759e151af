/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest_segments.h - the segments of a generation, in its manifest:
 *
 *   "segments": [
 *    {
 *     "name": "seg-0",
 *     "written": {
 *      "articles": 5,
 *      "articles_without_text": 0,
 *      "furniture_passages": 1,
 *      "furniture_words": 9,
 *      "passages": 7,
 *      "words": 150
 *     },
 *     "dead": {the same of its dead articles}
 *    }, ...
 *   ]
 *
 * What the manifest says of the whole is the sum of what is written less what is dead. */
#ifndef QUIRE_STORE_MANIFEST_SEGMENTS_H
#define QUIRE_STORE_MANIFEST_SEGMENTS_H

#include <jansson.h>

#include "store/manifest.h"

/* Put m's segments into root; false: memory. */
bool manifest_segments_write(json_t *root, const manifest *m);

/* Read them into arena a; the counts of the whole are in m already.  False in *ok_out where they
 * make no sense.  False: memory. */
bool manifest_segments_read(const json_t *root, arena *a, manifest *m, bool *ok_out);

#endif
