/* SPDX-License-Identifier: GPL-3.0-or-later */
/* address.h - the address of an article as it is compared: what differs between two who write down
 * the same one does not matter. */
#ifndef QUIRE_TEXT_ADDRESS_H
#define QUIRE_TEXT_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Append an address (valid UTF-8) folded, without http:// or https:// and then www. in front; so
 * the beginning of one gives the beginning of what the whole gives.  False when memory is out. */
bool address_fold(const char *address, size_t nbytes, buffer *out);

#endif
