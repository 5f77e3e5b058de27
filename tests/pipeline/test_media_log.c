/* test_media_log.c - what media libraries say arrives in our log: once, at a sane level, without
 * passwords */
#include "pipelines/media_log.h"
#include "wallctl/base/log.h"

#include <gst/gst.h>
#include <libavutil/log.h>

static void speak(void)
{
    media_log_init();
    media_log_init();
    gst_init(NULL, NULL);
    for (int i = 0; i < 5; i++)
        av_log(NULL, AV_LOG_ERROR, "cannot open rtsp://admin:geheim@192.0.2.7/main, try %d\n", i);
    av_log(NULL, AV_LOG_INFO, "only for the curious\n");
    GST_ERROR("no answer, password=geheim");
    GST_WARNING("a hint");
    for (int i = 0; i < 2; i++)
        g_log_structured("Peer", G_LOG_LEVEL_CRITICAL, "MESSAGE", "an assertion failed");
}

static void speak_of_itself(void)
{
    media_log_init();
    gst_init(NULL, NULL);
    GstEvent *event = gst_event_new_eos();
    for (int i = 0; i < 4; i++) /* as rtspsrc does */
        gst_event_set_seqnum(event, GST_SEQNUM_INVALID);
    gst_event_unref(event);
    gst_pad_set_active(NULL, TRUE);
    g_log_structured("GStreamer-RTSP", G_LOG_LEVEL_CRITICAL, "MESSAGE", "another library");
}

static void test_lines(void)
{
    if (g_test_subprocess()) {
        speak();
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*warning LIBAV: cannot open rtsp://???@192.0.2.7/main, try 0\n*");
    g_test_trap_assert_stderr("*warning GST: *no answer, password=???\n*");
    g_test_trap_assert_stderr("*error   Peer: an assertion failed\n*"
                              "error   Peer: an assertion failed\n*"); /* each time */
    g_test_trap_assert_stderr_unmatched("*geheim*");
    g_test_trap_assert_stderr_unmatched("*try 1*");
    g_test_trap_assert_stderr_unmatched("*curious*");
    g_test_trap_assert_stderr_unmatched("*hint*");
}

/* GStreamer's failed assertions are warnings, once for each text; those of others stay errors. */
static void test_assertions(void)
{
    if (g_test_subprocess()) {
        speak_of_itself();
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*warning GStreamer: gst_event_set_seqnum: assertion*");
    g_test_trap_assert_stderr("*warning GStreamer: gst_pad_set_active: assertion*");
    g_test_trap_assert_stderr("*error   GStreamer-RTSP: another library\n*");
    g_test_trap_assert_stderr_unmatched("*gst_event_set_seqnum*gst_event_set_seqnum*");
    g_test_trap_assert_stderr_unmatched("*error   GStreamer:*");
}

static void test_debug(void)
{
    if (g_test_subprocess()) {
        log_set_level(LOG_LEVEL_DEBUG);
        speak();
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*debug   LIBAV: cannot open rtsp://???@192.0.2.7/main, try 4\n*");
    g_test_trap_assert_stderr("*debug   LIBAV: only for the curious\n*");
    g_test_trap_assert_stderr_unmatched("*geheim*");
}

int main(int argc, char **argv)
{
    g_unsetenv("JOURNAL_STREAM");
    g_unsetenv("GST_DEBUG");
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal((GLogLevelFlags)G_LOG_FATAL_MASK);
    g_test_add_func("/media_log/lines", test_lines);
    g_test_add_func("/media_log/assertions", test_assertions);
    g_test_add_func("/media_log/debug", test_debug);
    return g_test_run();
}
