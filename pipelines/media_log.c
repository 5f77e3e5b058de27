/* media_log.c - what libav, GStreamer and GLib have to say, as lines of our own log
 *
 * A library's "error" is about outside input in nearly every case, and the feed or output that
 * meets it reports what it means for the wall. Here it is only a hint for whoever looks for the
 * cause.
 */
#include "pipelines/media_log.h"

#include "wallctl/base/log.h"

#include <gst/gst.h>
#include <libavutil/log.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define REPEAT_MS 10000
#define N_KINDS   64

/* One pacer per kind of message. Kinds are told apart by a number: the address of their format or
 * category, or a hash of their text; two that share a place hold each other back, which costs a hint
 * and nothing else. */
static pthread_mutex_t kinds_lock = PTHREAD_MUTEX_INITIALIZER;
static LogPacer kinds[N_KINDS]; /* kinds_lock */

static gboolean may_warn(gconstpointer kind, guint *held)
{
    guint place = (guint)(((guintptr)kind * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 58);
    pthread_mutex_lock(&kinds_lock);
    gboolean may = log_pacer_pass(&kinds[place], REPEAT_MS, held);
    pthread_mutex_unlock(&kinds_lock);
    return may;
}

static void tell(LogLevel level, const char *domain, gconstpointer kind, const char *text)
{
    guint held = 0;
    if (level <= LOG_LEVEL_WARNING && !may_warn(kind, &held))
        level = LOG_LEVEL_DEBUG;
    if (held > 0)
        log_line(level, domain, "%s (and %u like it before)", text, held);
    else
        log_line(level, domain, "%s", text);
}

static void on_av_log(void *source, int av_level, const char *format, va_list args)
{
    LogLevel level = av_level <= AV_LOG_ERROR ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG;
    if (av_level > AV_LOG_VERBOSE || !log_is_on(level))
        return;
    char line[1024];
    int print_prefix = 1;
    av_log_format_line2(source, av_level, format, args, line, sizeof line, &print_prefix);
    g_strchomp(line);
    if (*line)
        tell(level, "LIBAV", format, line);
}

static void on_gst_log(GstDebugCategory *category, GstDebugLevel gst_level, const gchar *file,
                       const gchar *function, gint line, GObject *object, GstDebugMessage *message,
                       gpointer user)
{
    LogLevel level = gst_level <= GST_LEVEL_ERROR ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG;
    if (!log_is_on(level))
        return;
    g_autofree char *text = g_strdup_printf(
        "%s %s: %s", gst_debug_category_get_name(category),
        GST_IS_OBJECT(object) ? GST_OBJECT_NAME(object) : function, gst_debug_message_get(message));
    tell(level, "GST", category, text);
}

/* GLib's complaints, and those of the libraries on it. A critical one is a mistake in the program,
 * so it is told each time; but GStreamer's own mistakes are not ours to mend (rtspsrc of 1.22, closed
 * before the camera has answered PLAY: "gst_event_set_seqnum: assertion 'seqnum !=
 * GST_SEQNUM_INVALID' failed", four at a time). */
static GLogWriterOutput on_glib_log(GLogLevelFlags flags, const GLogField *fields, gsize n_fields,
                                    gpointer user)
{
    const char *domain = "GLIB", *text = "";
    for (gsize i = 0; i < n_fields; i++) {
        if (strcmp(fields[i].key, "GLIB_DOMAIN") == 0)
            domain = fields[i].value;
        else if (strcmp(fields[i].key, "MESSAGE") == 0)
            text = fields[i].value;
    }
    if ((flags & G_LOG_LEVEL_CRITICAL) && strcmp(domain, "GStreamer") == 0) {
        tell(LOG_LEVEL_WARNING, domain, GUINT_TO_POINTER(g_str_hash(text)), text);
        return G_LOG_WRITER_HANDLED;
    }
    LogLevel level = LOG_LEVEL_DEBUG;
    if (flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
        level = LOG_LEVEL_ERROR;
    else if (flags & G_LOG_LEVEL_WARNING)
        level = LOG_LEVEL_WARNING;
    log_line(level, domain, "%s", text);
    return G_LOG_WRITER_HANDLED;
}

void media_log_init(void)
{
    static gsize once;
    if (!g_once_init_enter(&once))
        return;
    g_log_set_writer_func(on_glib_log, NULL, NULL);
    av_log_set_callback(on_av_log);
    av_log_set_level(AV_LOG_VERBOSE);
    if (!g_getenv("GST_DEBUG"))
        gst_debug_set_default_threshold(GST_LEVEL_ERROR);
    gst_debug_set_colored(FALSE);
    (gst_debug_add_log_function)(on_gst_log, NULL,
                                 NULL); /* the macros of these names are not ISO C */
    (gst_debug_remove_log_function)(
        NULL); /* NULL: GStreamer's own one, which writes to standard error */
    g_once_init_leave(&once, 1);
}
