/* log.c - one line a decision, on standard error, redacted */
#include "wallctl/base/log.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/secret.h"

#include <stdio.h>
#include <unistd.h>

static int current_level = LOG_LEVEL_INFO;
static guint64 n_lines[LOG_LEVEL_DEBUG + 1];

#define MAX_KEPT 1000 /* bytes of a line that is kept */

static GMutex kept_lock;
static char **kept; /* kept_lock; NULL: none are */
static guint n_kept, next_kept;

static gboolean under_journal(void)
{
    static gsize once;
    static gboolean is_journal;
    if (g_once_init_enter(&once)) {
        is_journal = g_getenv("JOURNAL_STREAM") != NULL;
        g_once_init_leave(&once, 1);
    }
    return is_journal;
}

/* One line is one record: a name from outside must not be able to forge a second one. */
static void flatten(char *text)
{
    for (char *c = text; *c; c++) {
        if ((guchar)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    }
}

static void keep(const char *line)
{
    g_mutex_lock(&kept_lock);
    if (kept) {
        char **place = &kept[next_kept++ % n_kept];
        g_free(*place);
        *place = g_strndup(line, MAX_KEPT);
    }
    g_mutex_unlock(&kept_lock);
}

void log_keep(guint lines)
{
    kept = g_new0(char *, lines);
    n_kept = lines;
}

char *log_dup_kept(void)
{
    GString *text = g_string_new(NULL);
    g_mutex_lock(&kept_lock);
    for (guint i = 0; i < n_kept; i++) {
        const char *line = kept[(next_kept + i) % n_kept];
        if (line)
            g_string_append_printf(text, "%s\n", line);
    }
    g_mutex_unlock(&kept_lock);
    return g_string_free(text, FALSE);
}

void log_set_level(LogLevel level)
{
    __atomic_store_n(&current_level, (int)level, __ATOMIC_RELAXED);
}

gboolean log_is_on(LogLevel level)
{
    return (int)level <= __atomic_load_n(&current_level, __ATOMIC_RELAXED);
}

void log_line(LogLevel level, const char *domain, const char *format, ...)
{
    if (!log_is_on(level))
        return;
    va_list args;
    va_start(args, format);
    g_autofree char *raw = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *text = secret_redact(raw);
    flatten(text);
    static const int priorities[] = { 6, 3, 4, 6, 7 };
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *stamp = g_date_time_format(now, "%F %T");
    g_autofree char *zone = g_date_time_format(now, "%:z");
    g_autofree char *line =
        g_strdup_printf("%s.%03d%s %-7s %s: %s", stamp, g_date_time_get_microsecond(now) / 1000,
                        zone, log_level_word(level), domain, text);
    __atomic_fetch_add(&n_lines[level], 1, __ATOMIC_RELAXED);
    if (under_journal())
        fprintf(stderr, "<%d>%s: %s\n", priorities[level], domain, text);
    else
        fprintf(stderr, "%s\n", line);
    keep(line);
}

guint64 log_count(LogLevel level)
{
    return __atomic_load_n(&n_lines[level], __ATOMIC_RELAXED);
}

const char *log_level_word(LogLevel level)
{
    static const char *const words[] = { "", "error", "warning", "info", "debug" };
    return words[level];
}

gboolean log_pacer_pass(LogPacer *pacer, guint period_ms, guint *held)
{
    gint64 now = clock_now_ns();
    if (now < pacer->next_ns) {
        pacer->held++;
        return FALSE;
    }
    *held = pacer->held;
    pacer->held = 0;
    pacer->next_ns = now + (gint64)period_ms * NS_PER_MS;
    return TRUE;
}
