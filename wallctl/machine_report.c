/* machine_report.c - the machine, the process and the versions of its libraries in words */
#include "wallctl/machine_report.h"

#include "wallctl/machine.h"

#include <archive.h>
#include <gst/gst.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static char *read_text(const char *path)
{
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

/* Of lines "Key:  value": the first value, or "". Caller frees. */
static char *dup_value(const char *text, const char *key)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i]; i++) {
        const char *colon = strchr(lines[i], ':');
        g_autofree char *name = colon ? g_strndup(lines[i], (gsize)(colon - lines[i])) : NULL;
        if (name && strcmp(g_strchomp(name), key) == 0)
            return g_strstrip(g_strdup(colon + 1));
    }
    return g_strdup("");
}

static void add_kilobytes(Json *json, const char *name, const char *text, const char *key)
{
    g_autofree char *value = dup_value(text, key);
    if (*value)
        json_add_int(json, name, g_ascii_strtoll(value, NULL, 10));
}

/* --- machine -------------------------------------------------------------------------------------------------------
 */

static Json *disk_json(const MachineFacts *facts)
{
    Json *json = json_object_new_object();
    json_add_int(json, "free_bytes", facts->disk_free_bytes);
    json_add_int(json, "bytes", facts->disk_bytes);
    json_add_int(json, "database_bytes", facts->database_bytes);
    return json;
}

static Json *clock_json(const MachineFacts *facts)
{
    Json *json = json_object_new_object();
    json_add_bool(json, "is_known", facts->is_clock_known);
    json_add_bool(json, "is_synchronised", facts->is_clock_synchronised);
    json_add_double(json, "offset_s", facts->clock_offset_s);
    json_add_double(json, "error_s", facts->clock_error_s);
    return json;
}

Json *machine_report(const char *folder)
{
    Json *json = json_object_new_object();
    struct utsname kernel;
    if (uname(&kernel) == 0) { /* without the machine's name */
        g_autofree char *text =
            g_strdup_printf("%s %s %s", kernel.sysname, kernel.release, kernel.version);
        json_add_string(json, "kernel", text);
        json_add_string(json, "machine", kernel.machine);
    }
    g_autofree char *system = read_text("/etc/debian_version");
    g_autofree char *cpuinfo = read_text("/proc/cpuinfo");
    g_autofree char *cpu = dup_value(cpuinfo, "model name");
    g_autofree char *memory = read_text("/proc/meminfo");
    g_autofree char *load = read_text("/proc/loadavg");
    g_autofree char *uptime = read_text("/proc/uptime");
    json_add_known(json, "debian", g_strstrip(system));
    json_add_known(json, "cpu", cpu);
    json_add_int(json, "cores", g_get_num_processors());
    add_kilobytes(json, "memory_kb", memory, "MemTotal");
    add_kilobytes(json, "available_kb", memory, "MemAvailable");
    add_kilobytes(json, "swap_free_kb", memory, "SwapFree");
    json_add_known(json, "load", g_strstrip(load));
    json_add_known(json, "uptime_s", g_strstrip(uptime));
    MachineFacts facts;
    machine_look(folder, &facts);
    json_add(json, "disk", disk_json(&facts));
    json_add(json, "clock", clock_json(&facts));
    return json;
}

/* --- process -------------------------------------------------------------------------------------------------------
 */

/* "123 (name) S 1 2 ...": name and state, user and system time. */
static Json *thread_json(const char *stat)
{
    const char *open = strchr(stat, '('), *close = strrchr(stat, ')');
    if (!open || !close || close < open || strlen(close) < 4)
        return NULL;
    g_autofree char *name = g_strndup(open + 1, (gsize)(close - open - 1));
    char state[2] = { close[2], 0 };
    g_auto(GStrv) rest = g_strsplit(close + 2, " ", 15);
    gint64 ticks = 0;
    if (g_strv_length(rest) > 13)
        ticks = g_ascii_strtoll(rest[11], NULL, 10) + g_ascii_strtoll(rest[12], NULL, 10);
    Json *json = json_object_new_object();
    json_add_string(json, "name", name);
    json_add_string(json, "state", state);
    json_add_int(json, "cpu_ticks", ticks);
    return json;
}

static Json *threads_json(void)
{
    Json *list = json_object_new_array();
    g_autoptr(GDir) dir = g_dir_open("/proc/self/task", 0, NULL);
    const char *id;
    while (dir && (id = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename("/proc/self/task", id, "stat", NULL);
        g_autofree char *text = read_text(path);
        Json *thread = thread_json(text);
        if (thread)
            json_object_array_add(list, thread);
    }
    return list;
}

/* "socket", "pipe", "eventfd", "file": how many of each. */
static Json *files_json(void)
{
    g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GDir) dir = g_dir_open("/proc/self/fd", 0, NULL);
    const char *id;
    while (dir && (id = g_dir_read_name(dir))) {
        char target[256];
        g_autofree char *path = g_build_filename("/proc/self/fd", id, NULL);
        gssize len = readlink(path, target, sizeof target - 1);
        if (len < 0)
            continue;
        target[len] = 0;
        char *kind = *target == '/' ? g_strdup("file")
                     : g_str_has_prefix(target, "anon_inode:")
                         ? g_strdup(target + strlen("anon_inode:"))
                         : g_strndup(target, strcspn(target, ":"));
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, kind)) + 1;
        g_hash_table_replace(counts, kind, GUINT_TO_POINTER(n));
    }
    Json *json = json_object_new_object();
    GHashTableIter iter;
    gpointer kind, n;
    g_hash_table_iter_init(&iter, counts);
    while (g_hash_table_iter_next(&iter, &kind, &n))
        json_add_int(json, kind, GPOINTER_TO_UINT(n));
    return json;
}

Json *process_report(void)
{
    static const char *const of_status[] = { "VmPeak", "VmHWM", "VmRSS", "VmSwap" };
    static const char *const of_maps[] = { "Pss", "Private_Dirty", "Anonymous" };
    Json *json = json_object_new_object(), *memory = json_object_new_object();
    g_autofree char *status = read_text("/proc/self/status");
    g_autofree char *maps = read_text("/proc/self/smaps_rollup");
    for (gsize i = 0; i < G_N_ELEMENTS(of_status); i++)
        add_kilobytes(memory, of_status[i], status, of_status[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(of_maps); i++)
        add_kilobytes(memory, of_maps[i], maps, of_maps[i]);
    json_add(json, "memory_kb", memory);
    json_add(json, "files", files_json());
    json_add(json, "threads", threads_json());
    return json;
}

/* --- versions ------------------------------------------------------------------------------------------------------
 */

static void add_libav(Json *json, const char *name, unsigned version)
{
    g_autofree char *text = g_strdup_printf("%u.%u.%u", AV_VERSION_MAJOR(version),
                                            AV_VERSION_MINOR(version), AV_VERSION_MICRO(version));
    json_add_string(json, name, text);
}

Json *version_report(void)
{
    Json *json = json_object_new_object();
    json_add_string(json, "wallctl", WALLCTL_VERSION);
    g_autofree char *glib =
        g_strdup_printf("%u.%u.%u", glib_major_version, glib_minor_version, glib_micro_version);
    g_autofree char *gstreamer = gst_version_string();
    json_add_string(json, "glib", glib);
    json_add_string(json, "gstreamer", gstreamer);
    add_libav(json, "libavcodec", avcodec_version());
    add_libav(json, "libavformat", avformat_version());
    json_add_string(json, "sqlite", sqlite3_libversion());
    json_add_string(json, "json-c", json_c_version());
    json_add_string(json, "libsodium", sodium_version_string());
    json_add_string(json, "libarchive", archive_version_string());
    json_add_string(json, "compiler", __VERSION__);
    return json;
}

char *plugin_report(void)
{
    GString *text = g_string_new(NULL);
    GList *plugins = gst_registry_get_plugin_list(gst_registry_get());
    for (GList *l = plugins; l; l = l->next) {
        GstPlugin *plugin = l->data;
        const char *file = gst_plugin_get_filename(plugin);
        g_string_append_printf(text, "%s %s %s\n", gst_plugin_get_name(plugin),
                               gst_plugin_get_version(plugin), file ? file : "(built in)");
    }
    gst_plugin_list_free(plugins);
    return g_string_free(text, FALSE);
}
