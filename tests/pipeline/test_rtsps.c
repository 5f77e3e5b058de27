/* test_rtsps.c - cameras behind TLS: whom a feed trusts, what it says before it does, and that pictures come through
 *
 * The camera is camera-sim's behind a TLS front with certificates made here. One that is to be trusted is made the process's
 * database of certificates, as an administrator adds one to the system's.
 */
#include "pipelines/knock.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "tests/pipeline/feed_rig.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/pipeline/tls_front.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

enum { SOON_MS = 10000 };

/* "admin:pa ss:w@rd" */
#define BASIC "Authorization: Basic YWRtaW46cGEgc3M6d0ByZA=="

typedef struct {
    FeedRig rig;
    TlsFront *front;
    Feed *feed;
} Trial;

/* Camera "c" at the front, with the password of the simulator's. */
static void configure(Trial *c, gboolean tls_verify)
{
    g_autofree char *members =
        g_strdup_printf("\"sub\":\"rtsps://127.0.0.1:%u/c/sub\",\"credential\":\"good\","
                        "\"tls_verify\":%s",
                        tls_front_port(c->front), tls_verify ? "true" : "false");
    const char *const cameras[][2] = { { "c", members } };
    feed_rig_configure(&c->rig, cameras, 1);
}

static void open_feed(Trial *c, gboolean tls_verify)
{
    configure(c, tls_verify);
    c->feed = feed_rig_open(&c->rig, "c", PROFILE_SUB);
    feed_start(c->feed);
}

/* pem NULL: the door has no TLS. */
static void case_init(Trial *c, const char *pem)
{
    const CameraSimOptions options = { .user = "admin",
                                       .password = "pa ss:w@rd",
                                       .auth = CAMERA_SIM_AUTH_BASIC };
    *c = (Trial) { 0 };
    feed_rig_init(&c->rig);
    feed_rig_add_camera(&c->rig, "c", &feed_rig_small, &options);
    c->front = tls_front_new(pem, camera_sim_port(c->rig.sim));
}

static void case_clear(Trial *c)
{
    TlsFrontStats stats;
    tls_front_get_stats(c->front, &stats);
    g_test_message("%u connections, %u handshakes, %u of them resumed", stats.connections,
                   stats.handshakes, stats.resumed);
    feed_free(c->feed);
    feed_rig_clear(&c->rig);
    tls_front_free(c->front);
}

static TlsFrontStats stats_of(Trial *c)
{
    TlsFrontStats stats;
    tls_front_get_stats(c->front, &stats);
    return stats;
}

/* A certificate that is vouched for until distrust(). */
static void trust(const char *pem, char **path)
{
    g_autoptr(GError) error = NULL;
    *path = g_build_filename(g_get_tmp_dir(), "wallctl-rtsps-XXXXXX", NULL);
    g_close(g_mkstemp(*path), NULL);
    g_file_set_contents(*path, pem, -1, &error);
    g_assert_no_error(error);
    g_autoptr(GTlsDatabase) database = g_tls_file_database_new(*path, &error);
    g_assert_no_error(error);
    g_tls_backend_set_default_database(g_tls_backend_get_default(), database);
}

static void distrust(const char *path) /* which is read when it is needed */
{
    g_tls_backend_set_default_database(g_tls_backend_get_default(), NULL);
    g_remove(path);
}

/* Refused for its certificate, again when asked again; nothing came. */
static void check_refused(Trial *c)
{
    for (guint try = 1; try <= 2; try++) {
        if (try > 1)
            feed_retry_now(c->feed);
        feed_poll(c->feed);
        g_assert_true(feed_rig_wait(c->feed, FEED_RETRYING, SOON_MS));
        FeedInfo info = feed_rig_info(c->feed);
        g_test_message("%s: %s", feed_fault_word(info.fault), info.text);
        g_assert_cmpstr(feed_fault_word(info.fault), ==, "tls");
        g_assert_nonnull(strstr(info.text, "certificate"));
        g_assert_cmpuint(info.sessions, ==, try);
        g_assert_cmpuint(info.reel.units, ==, 0);
        g_assert_cmpint(info.next_try_ns, >, 0);
    }
}

static void check_pictures(Trial *c)
{
    View *view = feed_rig_look(c->feed, 160, 90);
    g_assert_true(feed_rig_wait(c->feed, FEED_LIVE, SOON_MS));
    for (gint64 begin = clock_now_ns(); !view_newest_ns(view) && since_ms(begin) < SOON_MS;) {
        feed_poll(c->feed);
        post_drain();
        g_usleep(2000);
    }
    g_assert_cmpint(view_newest_ns(view), >, 0);
    g_assert_cmpint(feed_state(c->feed), ==, FEED_LIVE);
    view_unref(view);
}

/* ---- whom a feed trusts */

static void test_untrusted(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    case_init(&c, pem);
    open_feed(&c, TRUE);
    check_refused(&c);
    g_assert_false(tls_front_heard(c.front, "RTSP")); /* not a word to a stranger */
    case_clear(&c);
}

static void test_trusted(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    g_autofree char *path = NULL;
    trust(pem, &path);
    case_init(&c, pem);
    open_feed(&c, TRUE);
    check_pictures(&c);
    case_clear(&c);
    distrust(path);
}

/* Vouched for, but made for another camera. */
static void test_other_name(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("gate-2.example");
    g_autofree char *path = NULL;
    trust(pem, &path);
    case_init(&c, pem);
    open_feed(&c, TRUE);
    check_refused(&c);
    g_assert_false(tls_front_heard(c.front, "RTSP"));
    case_clear(&c);
    distrust(path);
}

/* ---- what is said, and where */

/* Not checked: pictures come, all over the one connection, and the password is inside of TLS. */
static void test_unchecked(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("gate-2.example");
    case_init(&c, pem);
    open_feed(&c, FALSE);
    check_pictures(&c);
    TlsFrontStats stats = stats_of(&c);
    g_assert_cmpuint(stats.connections, ==, 1);
    g_assert_cmpuint(stats.handshakes, ==, 1);
    g_assert_cmpuint(stats.unencrypted, ==, 0);
    g_assert_cmpuint(stats.from_camera, >, feed_rig_info(c.feed).reel.bytes / 2);
    g_assert_true(tls_front_heard(c.front, "Transport: RTP/AVP/TCP;unicast;interleaved="));
    g_assert_true(tls_front_heard(c.front, BASIC));
    case_clear(&c);
}

/* The camera has no TLS where its address says so: nothing but the beginning of a TLS handshake is sent to it. */
static void test_no_tls(void)
{
    Trial c;
    case_init(&c, NULL);
    open_feed(&c, FALSE);
    g_assert_true(feed_rig_wait(c.feed, FEED_RETRYING, 2 * SOON_MS));
    g_test_message("%s: %s", feed_fault_word(feed_rig_info(c.feed).fault),
                   feed_rig_info(c.feed).text);
    TlsFrontStats stats = stats_of(&c);
    g_assert_cmpuint(stats.connections, >=, 1);
    g_assert_cmpuint(stats.unencrypted, ==, 0);
    g_assert_false(tls_front_heard(c.front, "Authorization"));
    g_assert_false(tls_front_heard(c.front, "RTSP"));
    case_clear(&c);
}

/* ---- a session that was not checked does not open the door for one that is */

static void on_answer(gboolean is_there, gpointer user)
{
    *(int *)user = is_there;
}

static void test_knock(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    case_init(&c, pem);
    g_autofree char *address =
        g_strdup_printf("rtsps://127.0.0.1:%u/c/sub", tls_front_port(c.front));
    for (guint round = 0; round < 2; round++) {
        int answer = -1;
        Knock *knock = knock_new(address, SOON_MS, on_answer, &answer);
        for (gint64 begin = clock_now_ns(); answer < 0 && since_ms(begin) < SOON_MS;) {
            post_drain();
            g_usleep(2000);
        }
        g_assert_cmpint(answer, ==, TRUE);
        knock_free(knock);
    }
    post_drain();
    g_assert_cmpuint(stats_of(&c).handshakes, ==, 0);
    open_feed(&c, TRUE);
    check_refused(&c);
    case_clear(&c);
}

/* The configuration comes to ask for a certificate: what was agreed before is not taken up again. In a process of its own
 * without g_test_init(), because with it GIO never resumes a session (2.74: "session resumption will just need to be tested
 * manually"). */
static int check_later(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    case_init(&c, pem);
    open_feed(&c, FALSE);
    check_pictures(&c);
    tls_front_cut(c.front);
    g_assert_true(feed_rig_wait(c.feed, FEED_RETRYING, SOON_MS));
    check_pictures(&c);
    feed_free(c.feed);
    open_feed(&c, TRUE);
    check_refused(&c);
    case_clear(&c);
    reaper_wait(10000);
    return 0;
}

static void test_checked_later(void)
{
    const char *const again[] = { "/proc/self/exe", "check-later", NULL };
    g_autoptr(GError) error = NULL;
    int status = -1;
    g_autofree char *out = NULL, *err = NULL;
    g_spawn_sync(NULL, (char **)again, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status,
                 &error);
    g_assert_no_error(error);
    g_test_message("%s%s", out, err);
    g_assert_cmpint(status, ==, 0);
}

/* ---- the line breaks */

static void test_cut(void)
{
    Trial c;
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    case_init(&c, pem);
    open_feed(&c, FALSE);
    for (guint session = 1; session <= 3; session++) {
        check_pictures(&c);
        g_assert_cmpuint(feed_rig_info(c.feed).sessions, ==, session);
        g_assert_cmpuint(stats_of(&c).handshakes, ==, session);
        if (session == 3)
            break;
        tls_front_cut(c.front);
        g_assert_true(feed_rig_wait(c.feed, FEED_RETRYING, SOON_MS));
        g_assert_cmpstr(feed_fault_word(feed_rig_info(c.feed).fault), ==, "closed");
    }
    case_clear(&c);
}

static void begin(void)
{
    gst_tests_init();
    post_init();
    log_set_level(g_getenv("WALLCTL_TEST_VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    media_log_init();
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "check-later") == 0) {
        begin();
        return check_later();
    }
    g_test_init(&argc, &argv, NULL);
    begin();
    g_test_add_func("/rtsps/untrusted", test_untrusted);
    g_test_add_func("/rtsps/trusted", test_trusted);
    g_test_add_func("/rtsps/other_name", test_other_name);
    g_test_add_func("/rtsps/unchecked", test_unchecked);
    g_test_add_func("/rtsps/no_tls", test_no_tls);
    g_test_add_func("/rtsps/knock", test_knock);
    g_test_add_func("/rtsps/checked_later", test_checked_later);
    g_test_add_func("/rtsps/cut", test_cut);
    int failed = g_test_run();
    reaper_wait(10000);
    return failed;
}
