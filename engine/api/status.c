/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.c - the library's statuses in words, and its version. */
#include "quire.h"

const char *
quire_status_text(quire_status status)
{
    switch (status) {
    case QUIRE_OK:
        return "no error";
    case QUIRE_ENOMEM:
        return "out of memory";
    case QUIRE_EIO:
        return "a file cannot be read or written";
    case QUIRE_ENOINDEX:
        return "there is no index";
    case QUIRE_ECORRUPT:
        return "the index is damaged";
    case QUIRE_EVERSION:
        return "the index was written by another version";
    case QUIRE_EQUERY:
        return "the query cannot be answered";
    case QUIRE_EUSAGE:
        return "an argument makes no sense";
    case QUIRE_ELOCKED:
        return "another writer is at work";
    case QUIRE_ESOURCES:
        return "the sources are not those of the index";
    case QUIRE_EINPUT:
        return "an input cannot be used";
    case QUIRE_ECANCELED:
        return "stopped on request";
    case QUIRE_EINTERNAL:
        return "a defect of the library";
    case QUIRE_EREFUSED:
        return "a guard refused to publish";
    }
    return "an unknown status";
}

const char *
quire_version(void)
{
    return PACKAGE_VERSION;
}
