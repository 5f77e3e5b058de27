/* machine.c - how the machine under the wall is, and this process on it */
#include "wallctl/machine.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

struct Machine {
    gint refs; /* looks under way hold it */
    WorkPool *pool;
    char *folder;
    guint timer; /* 0: nobody asks any more */
    MachineFacts facts;
};

typedef struct {
    Machine *machine;
    MachineFacts facts;
} Look;

static void unref(Machine *machine)
{
    if (!g_atomic_int_dec_and_test(&machine->refs))
        return;
    g_free(machine->folder);
    g_free(machine);
}

static void free_look(gpointer data)
{
    Look *look = data;
    if (look)
        unref(look->machine);
    g_free(look);
}

/* --- one look ----------------------------------------------------------------------------------------------------
 */

static gint64 file_bytes(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    struct stat info;
    return stat(path, &info) == 0 ? (gint64)info.st_size : 0;
}

static void look_at_disk(const char *folder, MachineFacts *facts)
{
    struct statvfs disk;
    gboolean is_known = statvfs(folder, &disk) == 0;
    facts->disk_free_bytes = is_known ? (gint64)(disk.f_bavail * disk.f_frsize) : -1;
    facts->disk_bytes = is_known ? (gint64)(disk.f_blocks * disk.f_frsize) : -1;
    facts->database_bytes = file_bytes(folder, "wallctl.db") + file_bytes(folder, "wallctl.db-wal");
}

/* What the kernel was told by whoever keeps the clock; asking changes nothing. */
static void look_at_clock(MachineFacts *facts)
{
    struct timex clock = { 0 };
    int state = adjtimex(&clock);
    facts->is_clock_known = state >= 0;
    facts->is_clock_synchronised =
        state >= 0 && state != TIME_ERROR && !(clock.status & STA_UNSYNC);
    facts->clock_offset_s = (double)clock.offset / (clock.status & STA_NANO ? 1e9 : 1e6);
    facts->clock_error_s = (double)clock.maxerror / 1e6;
}

static guint count_entries(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;
    while (dir && g_dir_read_name(dir))
        n++;
    return n;
}

static void look_at_process(MachineFacts *facts)
{
    g_autofree char *text = NULL;
    char *end = NULL;
    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL)) {
        g_ascii_strtoll(text, &end, 10);
        facts->resident_bytes = g_ascii_strtoll(end, NULL, 10) * sysconf(_SC_PAGESIZE);
    }
    struct rlimit limit;
    facts->max_files = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (guint)limit.rlim_cur : 0;
    facts->files = count_entries("/proc/self/fd");
    facts->threads = count_entries("/proc/self/task");
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    facts->cpu_s = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void machine_look(const char *folder, MachineFacts *facts)
{
    memset(facts, 0, sizeof *facts);
    look_at_disk(folder, facts);
    look_at_clock(facts);
    look_at_process(facts);
    facts->looked_unix_ms = clock_unix_ms();
}

/* --- now and then ------------------------------------------------------------------------------------------------
 */

static void take(gpointer data)
{
    Look *look = data;
    if (look->machine->timer)
        look->machine->facts = look->facts;
}

static void run(gpointer data)
{
    Look *look = *(Look **)data;
    *(Look **)data = NULL;
    machine_look(look->machine->folder, &look->facts);
    post_control(take, look, free_look);
}

static void free_job(gpointer data)
{
    free_look(*(Look **)data);
    g_free(data);
}

static gboolean on_timer(gpointer user)
{
    Machine *machine = user;
    Look *look = g_new0(Look, 1), **job = g_new(Look *, 1);
    g_atomic_int_inc(&machine->refs);
    look->machine = machine;
    *job = look;
    work_submit_newest(machine->pool, machine, run, job, free_job, NULL);
    return G_SOURCE_CONTINUE;
}

const MachineFacts *machine_facts(const Machine *machine)
{
    return &machine->facts;
}

Machine *machine_new(WorkPool *pool, const char *folder)
{
    Machine *machine = g_new0(Machine, 1);
    machine->refs = 1;
    machine->pool = pool;
    machine->folder = g_strdup(folder);
    machine->timer = g_timeout_add_seconds(MACHINE_LOOK_S, on_timer, machine);
    on_timer(machine);
    return machine;
}

void machine_free(Machine *machine)
{
    if (!machine)
        return;
    assert_control_thread();
    g_clear_handle_id(&machine->timer, g_source_remove);
    unref(machine);
}
