/* log.h - one line a decision: what, which object, the number that matters. [any]
 *
 * error = someone must act, warning = service reduced, info = state changes, debug = per frame.
 * Every line passes the redactor of secret.h, so an address cannot take its password into a log.
 * Under systemd lines carry its priority prefix; on a terminal they carry time and colour.
 */
#ifndef WALLCTL_BASE_LOG_H
#define WALLCTL_BASE_LOG_H

#include <glib.h>

typedef enum { LOG_LEVEL_ERROR = 1, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG } LogLevel;

void log_set_level(LogLevel level);
void log_line(LogLevel level, const char *domain, const char *format, ...) G_GNUC_PRINTF(3, 4);
gboolean log_is_on(LogLevel level);
const char *log_level_word(LogLevel level); /* "error" ...; borrowed */
guint64 log_count(LogLevel level);          /* lines of this level since the start */

/* Keeps the last lines in memory from now on, for who cannot ask the journal. Once, before there are threads. */
void log_keep(guint lines);
char *log_dup_kept(
    void); /* oldest first, each with time and level; "" if none are kept. Caller frees */

/* Domains are bare words: log_info(FEED, "gate-2: live, 1920x1080 after 3 tries"). */
#define log_error(domain, ...)   log_line(LOG_LEVEL_ERROR, #domain, __VA_ARGS__)
#define log_warning(domain, ...) log_line(LOG_LEVEL_WARNING, #domain, __VA_ARGS__)
#define log_info(domain, ...)    log_line(LOG_LEVEL_INFO, #domain, __VA_ARGS__)
#define log_debug(domain, ...)                                                                     \
    do {                                                                                           \
        if (log_is_on(LOG_LEVEL_DEBUG))                                                            \
            log_line(LOG_LEVEL_DEBUG, #domain, __VA_ARGS__);                                       \
    } while (0)

/* A pacer lives in the object whose message can repeat: at most one line per period; the next line that
 * passes says how many were held back. Not locked: use it from one thread. */
typedef struct {
    gint64 next_ns;
    guint held;
} LogPacer;

/* TRUE if the message may be written now; *held is how many were not since the last one. */
gboolean log_pacer_pass(LogPacer *pacer, guint period_ms, guint *held);

#endif
