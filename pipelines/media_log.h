/* media_log.h - what libav, GStreamer and GLib have to say, as lines of our own log. */
#ifndef WALLCTL_PIPELINES_MEDIA_LOG_H
#define WALLCTL_PIPELINES_MEDIA_LOG_H

/* [any] Once per process, before the first use of a media library; later calls do nothing.
 * Libraries complain about every damaged packet, so their errors become warnings with at most one
 * line per kind and 10 s, GStreamer's failed assertions too; a failed assertion of another library
 * is an error; all else is debug. Every line passes the redactor. GST_DEBUG still sets GStreamer's
 * thresholds; without it GStreamer tells errors only. */
void media_log_init(void);

#endif
