/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault.h - what tests/faults/fault.c, which is loaded before other libraries, and the programs
 * that load it tell each other: by the environment, and by a log of what was done to files. */
#ifndef QUIRE_TESTS_FAULTS_FAULT_H
#define QUIRE_TESTS_FAULTS_FAULT_H

#include <stdint.h>

/* Calls that can fail. */
typedef enum {
    FAULT_MEMORY, /* malloc and its kin, operator new among them */
    FAULT_THREAD, /* pthread_create */
    FAULT_MAP,    /* mmap of a file */
    FAULT_OPEN,
    FAULT_READ,
    FAULT_WRITE,
    FAULT_SYNC,
    FAULT_RENAME,
    FAULT_MKDIR,
    FAULT_LINK,
    FAULT_UNLINK, /* and rmdir */
    FAULT_TRUNCATE,
    FAULT_CLOSE,
    FAULT_CHANGE, /* any from FAULT_WRITE to FAULT_TRUNCATE, and an open that makes a file */
    FAULT_KINDS
} fault_kind;

/* "KIND FROM TO WHAT": calls number FROM (from 1) to TO (inclusive) of a KIND, both decimal
 * numbers, fail with errno WHAT; or, of writes and reads, only the half is done, where WHAT is 0;
 * or the process is killed, where it is -1. */
#define FAULT_WHAT "QUIRE_FAULT"
#define FAULT_SHORT 0
#define FAULT_KILL (-1)

/* A file that gets how many calls of each kind there were, FAULT_KINDS of uint64_t. */
#define FAULT_COUNTS "QUIRE_FAULT_COUNTS"

/* A file that gets what was done to files and directories, in order.  Each entry is a fault_entry
 * and behind it its names, without NUL, and bytes.  Files are named by their inodes. */
#define FAULT_LOG "QUIRE_FAULT_LOG"

typedef enum {
    FAULT_DID_CREATE,   /* inode, a file, got its name in parent */
    FAULT_DID_MKDIR,    /* inode, a directory, got its name in parent */
    FAULT_DID_LINK,     /* inode got another name in parent */
    FAULT_DID_UNLINK,   /* a name in parent is gone; a directory's, too */
    FAULT_DID_RENAME,   /* a name in parent became to_name in to_parent */
    FAULT_DID_WRITE,    /* bytes went to inode, at offset */
    FAULT_DID_TRUNCATE, /* inode has offset bytes now */
    FAULT_DID_SYNC      /* of inode, a file or a directory */
} fault_deed;

typedef struct {
    uint64_t deed;
    uint64_t inode;
    uint64_t parent;
    uint64_t to_parent;
    uint64_t offset;
    uint64_t name_bytes;
    uint64_t to_name_bytes;
    uint64_t nbytes;
} fault_entry;

#endif
