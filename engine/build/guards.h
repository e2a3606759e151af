/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guards.h - what keeps a build from publishing what nobody can have meant. */
#ifndef QUIRE_BUILD_GUARDS_H
#define QUIRE_BUILD_GUARDS_H

#include "build/build_internal.h"

/* Once all is read: has an index that is to stay as its sources are lost too many of its articles,
 * or a SOURCE all of its own?  QUIRE_EREFUSED, QUIRE_ENOMEM. */
quire_status guards_check_articles(build *b, quire_error *err);

/* Is there room for what is to be read, as far as that is known?  And, once it is read, for what is
 * to be written?  QUIRE_EREFUSED. */
quire_status guards_check_room_to_read(build *b, quire_error *err);
quire_status guards_check_room_to_write(build *b, quire_error *err);

/* Has the disk become so full that the build should rather end?  Asked often, it looks now and
 * then; what it found is in b->refusal. */
bool guards_is_disk_full(build *b, int64_t now_ms);

#endif
