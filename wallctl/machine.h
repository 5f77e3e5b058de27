/* machine.h - how the machine under the wall is, and this process on it: disk, clock, memory, files. [control]
 *
 * A worker looks every MACHINE_LOOK_S seconds, because a disk that hangs must hold nobody; what is asked here is
 * what it found last.
 */
#ifndef WALLCTL_MACHINE_H
#define WALLCTL_MACHINE_H

#include "wallctl/base/work.h"

#define MACHINE_LOOK_S 10

typedef struct Machine Machine;

typedef struct {
    gint64 looked_unix_ms;                /* 0: not yet, and nothing below is known */
    gint64 disk_free_bytes;               /* for us, where the state lies; -1: cannot be told */
    gint64 disk_bytes;                    /* the same disk in all; -1 */
    gint64 database_bytes;                /* with its write-ahead log */
    gboolean is_clock_known;              /* else nothing is known of the next three */
    gboolean is_clock_synchronised;       /* a time server is followed */
    double clock_offset_s, clock_error_s; /* to its time as the kernel has it; at most */
    gint64 resident_bytes;
    guint threads, files, max_files;
    double cpu_s; /* of all threads since the start */
} MachineFacts;

/* [worker] One look; folder is where the state lies. */
void machine_look(const char *folder, MachineFacts *facts);

Machine *machine_new(WorkPool *pool, const char *folder);
void machine_free(Machine *machine); /* before the pool */

const MachineFacts *machine_facts(const Machine *machine); /* borrowed, until the loop runs on */

#endif
