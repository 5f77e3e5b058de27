/* test_rtsp_output.c - players see the wall over RTSP; who is slow, gone or wrong hurts nobody else
 */
#include "board.h"
#include "pipelines/media_log.h"
#include "pipelines/rtsp_output.h"
#include "tests/support/sanitizer.h"
#include "wallctl/base/error.h"

#include <gio/gio.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdlib.h>

#define WATCHDOG_MS 15000
#define WIDTH       640
#define HEIGHT      384

static const EncoderForm form = { .bitrate_kbps = 40000, .fps = 25 };

typedef struct {
    Board board;
    RtspServer *server;
    char *uri;
} Fixture;

static void start(Fixture *fixture)
{
    board_init(&fixture->board, WIDTH, HEIGHT, 25);
    g_autoptr(GError) error = NULL;
    fixture->server = rtsp_server_new("127.0.0.1", 0, &error);
    g_assert_no_error(error);
    g_assert_true(rtsp_server_add(fixture->server, "/wall", fixture->board.canvas, &form, &error));
    g_assert_no_error(error);
    fixture->uri = g_strdup_printf("rtsp://127.0.0.1:%u/wall", rtsp_server_port(fixture->server));
}

static void stop(Fixture *fixture)
{
    rtsp_server_free(fixture->server);
    board_clear(&fixture->board);
    g_free(fixture->uri);
}

/* A player in a thread of its own. */
typedef struct {
    char *uri;
    const char *transport;
    GThread *thread;
    gint is_stopping, luma, pictures, has_ended; /* atomic */
    gint first_ms;                               /* atomic: from connect to the first picture */
    gboolean is_uneven; /* a timestamp lies neither on a tick nor, that tick being taken by the
                           picture before, 1 ms after it; read after player_stop() */
    int result;
} Player;

static int is_interrupted(void *user)
{
    return g_atomic_int_get(&((Player *)user)->is_stopping);
}

static void show(Player *player, AVFormatContext *input, AVCodecContext *decoder, gint64 start_ns)
{
    AVPacket *packet = av_packet_alloc();
    AVFrame *picture = av_frame_alloc();
    gint64 first_pts = AV_NOPTS_VALUE;
    while ((player->result = av_read_frame(input, packet)) >= 0) {
        if (packet->pts != AV_NOPTS_VALUE) {
            if (first_pts == AV_NOPTS_VALUE)
                first_pts = packet->pts;
            gint64 off = (packet->pts - first_pts) % 3600; /* 40 ms of 90 kHz */
            player->is_uneven |= MIN(off, 3600 - off) > 2 && ABS(off - 90) > 2;
        }
        avcodec_send_packet(decoder, packet);
        av_packet_unref(packet);
        while (avcodec_receive_frame(decoder, picture) == 0) {
            if (g_atomic_int_add(&player->pictures, 1) == 0)
                g_atomic_int_set(&player->first_ms,
                                 (gint)((clock_now_ns() - start_ns) / NS_PER_MS));
            g_atomic_int_set(&player->luma,
                             picture->data[0][picture->height / 2 * picture->linesize[0]]);
        }
    }
    av_packet_free(&packet);
    av_frame_free(&picture);
}

static gpointer play(gpointer user)
{
    Player *player = user;
    AVFormatContext *input = avformat_alloc_context();
    input->interrupt_callback = (AVIOInterruptCB) { is_interrupted, player };
    AVDictionary *options = NULL;
    av_dict_set(&options, "rtsp_transport", player->transport, 0);
    gint64 start_ns = clock_now_ns();
    player->result = avformat_open_input(&input, player->uri, NULL, &options);
    av_dict_free(&options);
    if (player->result >= 0) {
        AVCodecContext *decoder = avcodec_alloc_context3(NULL);
        avcodec_parameters_to_context(decoder, input->streams[0]->codecpar);
        decoder->thread_count = 1;
        decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
        g_assert_cmpint(avcodec_open2(decoder, avcodec_find_decoder(AV_CODEC_ID_H264), NULL), ==,
                        0);
        show(player, input, decoder, start_ns);
        avcodec_free_context(&decoder);
        avformat_close_input(&input);
    }
    g_atomic_int_set(&player->has_ended, 1);
    return NULL;
}

static void player_start(Player *player, const char *uri, const char *transport)
{
    *player = (Player) { .uri = g_strdup(uri), .transport = transport, .luma = -1 };
    player->thread = g_thread_new("player", play, player);
}

static void player_stop(Player *player)
{
    g_atomic_int_set(&player->is_stopping, 1);
    g_thread_join(player->thread);
    g_free(player->uri);
}

typedef struct {
    Player *player;
    int luma, pictures;
} Sight;

static gboolean sees(gpointer user)
{
    const Sight *sight = user;
    return ABS(g_atomic_int_get(&sight->player->luma) - sight->luma) <= 4 &&
           g_atomic_int_get(&sight->player->pictures) >= sight->pictures;
}

static void wait_luma(Player *player, int luma)
{
    Sight sight = { player, luma, 0 };
    if (!wait_until(sees, &sight, WATCHDOG_MS))
        g_error("player over %s sees luma %d instead of %d, %d pictures, result %d",
                player->transport, player->luma, luma, player->pictures, player->result);
}

static gboolean has_ended(gpointer user)
{
    return g_atomic_int_get(&((Player *)user)->has_ended);
}

/* Paints that luma, a little different each time, until the player sees it: libavformat gives a
 * picture away when the next one begins. How long it took. */
static gint64 change_to(Board *board, Player *player, int luma)
{
    gint64 start_ns = clock_now_ns();
    Sight sight = { player, luma, 0 };
    for (int i = 0; !sees(&sight); i++) {
        if (clock_now_ns() - start_ns > WATCHDOG_MS * NS_PER_MS)
            g_error("player over %s does not see luma %d", player->transport, luma);
        board_paint(board, (guint8)(luma + i % 2), 128, 128);
        wait_until(sees, &sight, 40);
    }
    return clock_now_ns() - start_ns;
}

typedef struct {
    RtspServer *server;
    guint n;
} Clients;

static gboolean has_clients(gpointer user)
{
    const Clients *clients = user;
    return rtsp_server_clients(clients->server) == clients->n;
}

static void wait_clients(Fixture *fixture, guint n)
{
    Clients clients = { fixture->server, n };
    if (!wait_until(has_clients, &clients, WATCHDOG_MS))
        g_error("%u clients instead of %u", rtsp_server_clients(fixture->server), n);
}

static EncoderStats stats_of(Fixture *fixture)
{
    Encoder *encoder = encoder_get(fixture->board.canvas, &form, NULL);
    EncoderStats stats;
    encoder_get_stats(encoder, &stats);
    encoder_unref(encoder);
    return stats;
}

static gboolean ticked(gpointer user)
{
    CanvasStats stats;
    canvas_get_stats(((gpointer *)user)[0], &stats);
    return stats.ticks >= (guint64)GPOINTER_TO_SIZE(((gpointer *)user)[1]);
}

/* n more ticks of the canvas. */
static void wait_ticks(Fixture *fixture, guint n)
{
    CanvasStats stats;
    canvas_get_stats(fixture->board.canvas, &stats);
    gpointer want[2] = { fixture->board.canvas, GSIZE_TO_POINTER(stats.ticks + n) };
    g_assert_true(wait_until(ticked, want, WATCHDOG_MS));
}

/* Encoding ends when the last client has gone; the pictures that change later are not encoded. */
static gboolean is_quiet(gpointer user)
{
    Fixture *fixture = user;
    guint64 before = stats_of(fixture).submitted;
    board_paint(&fixture->board, (guint8)(40 + clock_now_ns() % 100), 128, 128);
    wait_ticks(fixture, 3);
    return stats_of(fixture).submitted == before;
}

static void test_play(gconstpointer transport)
{
    Fixture fixture;
    start(&fixture);
    g_assert_true(is_quiet(&fixture));
    Player player;
    board_paint(&fixture.board, 100, 128, 128);
    player_start(&player, fixture.uri, transport);
    wait_luma(&player, 100);
    wait_clients(&fixture, 1);
    gint64 sum = 0;
    for (int i = 0; i < 10; i++) {
        sum += change_to(&fixture.board, &player, 60 + i * 37 % 150);
    }
    player_stop(&player);
    g_assert_false(player.is_uneven);
    g_test_message("over %s: first picture after %d ms, a change seen after %.0f ms (the player "
                   "holds one picture)",
                   (const char *)transport, player.first_ms, (double)sum / 10e6);
    wait_clients(&fixture, 0);
    g_assert_true(wait_until(is_quiet, &fixture, WATCHDOG_MS));
    stop(&fixture);
}

static void test_joining(void)
{
    Fixture fixture;
    start(&fixture);
    Player first, second;
    player_start(&first, fixture.uri, "tcp");
    wait_luma(&first, 100);
    gint sum = 0;
    for (int i = 0; i < 4; i++) {
        player_start(&second, fixture.uri, i % 2 ? "udp" : "tcp");
        wait_luma(&second, 100);
        player_stop(&second);
        sum += second.first_ms;
    }
    g_test_message("a client that joins has its first picture after %d ms on average", sum / 4);
    board_paint(&fixture.board, 180, 128, 128);
    wait_luma(&first, 180);
    player_stop(&first);
    stop(&fixture);
}

/* RTSP by hand: clients that do not behave. */
typedef struct {
    GSocketConnection *connection;
    char session[64];
    guint cseq;
} Hand;

static char *ask(Hand *hand, const char *method, const char *uri, const char *headers)
{
    g_autofree char *session =
        *hand->session ? g_strdup_printf("Session: %s\r\n", hand->session) : g_strdup("");
    g_autofree char *text = g_strdup_printf("%s %s RTSP/1.0\r\nCSeq: %u\r\n%s%s\r\n", method, uri,
                                            ++hand->cseq, session, headers);
    g_assert_true(
        g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(hand->connection)),
                                  text, strlen(text), NULL, NULL, NULL));
    GString *answer = g_string_new(NULL);
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(hand->connection));
    char c;
    while (!g_str_has_suffix(answer->str, "\r\n\r\n") &&
           g_input_stream_read(in, &c, 1, NULL, NULL) == 1)
        g_string_append_c(answer, c);
    const char *length = strstr(answer->str, "Content-Length: ");
    for (int i = length ? atoi(length + 16) : 0;
         i > 0 && g_input_stream_read(in, &c, 1, NULL, NULL) == 1; i--)
        g_string_append_c(answer, c);
    const char *id = strstr(answer->str, "Session: ");
    if (id)
        sscanf(id + 9, "%63[^;\r\n]", hand->session);
    return g_string_free(answer, FALSE);
}

static void hand_open(Hand *hand, Fixture *fixture)
{
    *hand = (Hand) { 0 };
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GError) error = NULL;
    hand->connection = g_socket_client_connect_to_host(
        client, "127.0.0.1", (guint16)rtsp_server_port(fixture->server), NULL, &error);
    g_assert_no_error(error);
}

static void hand_play(Hand *hand, Fixture *fixture, const char *transport)
{
    hand_open(hand, fixture);
    g_autofree char *described = ask(hand, "DESCRIBE", fixture->uri, "Accept: application/sdp\r\n");
    g_assert_nonnull(strstr(described, "200 OK"));
    g_assert_nonnull(strstr(described, "sprop-parameter-sets"));
    g_autofree char *stream = g_strconcat(fixture->uri, "/stream=0", NULL);
    g_autofree char *header = g_strdup_printf("Transport: %s\r\n", transport);
    g_autofree char *set_up = ask(hand, "SETUP", stream, header);
    g_assert_nonnull(strstr(set_up, "200 OK"));
    g_autofree char *playing = ask(hand, "PLAY", fixture->uri, "");
    g_assert_nonnull(strstr(playing, "200 OK"));
}

static void test_wrong_requests(void)
{
    Fixture fixture;
    start(&fixture);
    Hand hand;
    hand_open(&hand, &fixture);
    g_autofree char *other =
        g_strdup_printf("rtsp://127.0.0.1:%u/other", rtsp_server_port(fixture.server));
    g_autofree char *answer = ask(&hand, "DESCRIBE", other, "");
    g_assert_nonnull(strstr(answer, "404"));
    g_object_unref(hand.connection);
    hand_open(&hand, &fixture);
    g_autofree char *junk = g_malloc(100000);
    memset(junk, 'x', 100000);
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(hand.connection)), junk,
                              100000, NULL, NULL, NULL);
    g_object_unref(hand.connection);
    Player player;
    player_start(&player, fixture.uri, "tcp");
    wait_luma(&player, 100);
    player_stop(&player);
    wait_clients(&fixture, 0);
    stop(&fixture);
}

/* A UDP client that is gone without a TEARDOWN is not served any longer than its connection lasts.
 */
static void test_gone(void)
{
    static const char *const transports[] = { "RTP/AVP;unicast;client_port=50000-50001",
                                              "RTP/AVP/TCP;unicast;interleaved=0-1" };
    for (gsize i = 0; i < G_N_ELEMENTS(transports); i++) {
        Fixture fixture;
        start(&fixture);
        Hand hand;
        hand_play(&hand, &fixture, transports[i]);
        g_assert_false(is_quiet(&fixture));
        g_io_stream_close(G_IO_STREAM(hand.connection), NULL, NULL);
        g_object_unref(hand.connection);
        g_assert_true(wait_until(is_quiet, &fixture, WATCHDOG_MS));
        wait_clients(&fixture, 0);
        stop(&fixture);
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

/* One that does not read: pictures of half a megabit each fill its buffers, and the other one sees
 * the changes in time. A server that waits for it would wait at every change once they are full;
 * a machine that is held up for a moment costs one. */
static void test_slow(void)
{
    Fixture fixture;
    start(&fixture);
    Hand slow;
    hand_play(&slow, &fixture, "RTP/AVP/TCP;unicast;interleaved=0-1");
    Player player;
    player_start(&player, fixture.uri, "tcp");
    wait_luma(&player, 100);
    gint64 waits_ns[8];
    for (guint i = 0; i < 8; i++) {
        for (guint k = 0; k < 15; k++) {
            board_paint_noise(&fixture.board, i * 15 + k);
            wait_ticks(&fixture, 1);
        }
        waits_ns[i] = change_to(&fixture.board, &player, 60 + (int)i * 37 % 150);
    }
    qsort(waits_ns, 8, sizeof(gint64), by_time);
    EncoderStats stats = stats_of(&fixture);
    g_test_message("%.1f MB encoded, %" G_GUINT64_FORMAT " pictures, %" G_GUINT64_FORMAT
                   " left out, waits to %.0f ms, half to %.0f ms, %u clients",
                   (double)stats.bytes / 1e6, stats.packets, stats.dropped,
                   (double)waits_ns[7] / 1e6, (double)waits_ns[3] / 1e6,
                   rtsp_server_clients(fixture.server));
    g_assert_cmpint(waits_ns[3], <, PATIENCE * 700 * NS_PER_MS);
    g_assert_cmpint(player.has_ended, ==, 0);
    player_stop(&player);
    g_object_unref(slow.connection);
    stop(&fixture);
}

static void test_port_in_use(void)
{
    g_autoptr(GError) error = NULL;
    RtspServer *server = rtsp_server_new("127.0.0.1", 0, &error);
    g_assert_no_error(error);
    g_assert_null(rtsp_server_new("127.0.0.1", rtsp_server_port(server), &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_autofree char *place = g_strdup_printf("127.0.0.1:%u", rtsp_server_port(server));
    g_assert_nonnull(strstr(error->message, place));
    g_test_message("%s", error->message);
    g_clear_error(&error);
    g_assert_null(rtsp_server_new("192.0.2.1", 0, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    rtsp_server_free(server);
}

static void test_paths(void)
{
    Fixture fixture;
    start(&fixture);
    g_autoptr(GError) error = NULL;
    g_assert_false(rtsp_server_add(fixture.server, "/wall", fixture.board.canvas, &form, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_false(rtsp_server_add(fixture.server, "wall", fixture.board.canvas, &form, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_true(rtsp_server_add(fixture.server, "/second", fixture.board.canvas, &form, &error));

    g_autofree char *uri =
        g_strdup_printf("rtsp://127.0.0.1:%u/second", rtsp_server_port(fixture.server));
    Player first, second;
    player_start(&first, fixture.uri, "tcp");
    player_start(&second, uri, "tcp");
    wait_luma(&first, 100);
    wait_luma(&second, 100);
    rtsp_server_remove(fixture.server, "/wall");
    rtsp_server_remove(fixture.server, "/wall");
    g_assert_true(wait_until(has_ended, &first, WATCHDOG_MS));
    board_paint(&fixture.board, 180, 128, 128);
    wait_luma(&second, 180);
    player_stop(&first);
    g_assert_true(rtsp_server_add(fixture.server, "/wall", fixture.board.canvas, &form,
                                  &error)); /* and again */
    player_start(&first, fixture.uri, "tcp");
    wait_luma(&first, 180);
    player_stop(&first);
    player_stop(&second);
    stop(&fixture);
}

/* The server ends under its clients. */
static void test_free(void)
{
    Fixture fixture;
    start(&fixture);
    Player tcp, udp;
    player_start(&tcp, fixture.uri, "tcp");
    player_start(&udp, fixture.uri, "udp");
    wait_luma(&tcp, 100);
    wait_luma(&udp, 100);
    stop(&fixture);
    g_assert_true(wait_until(has_ended, &tcp, WATCHDOG_MS));
    player_stop(&tcp);
    player_stop(&udp);
}

/* gst-rtsp-server adds a client's branch to a pipeline that runs: a picture that comes at that moment
 * finds a queue without its first event. GStreamer says so and goes on, and so do we. */
static gboolean is_fatal(const gchar *domain, GLogLevelFlags level, const gchar *message,
                         gpointer user)
{
    return !strstr(message, "Got data flow before stream-start event");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_log_set_fatal_handler(is_fatal, NULL);
    post_init();
    media_log_init();
    g_test_add_data_func("/rtsp_output/play/tcp", "tcp", test_play);
    g_test_add_data_func("/rtsp_output/play/udp", "udp", test_play);
    g_test_add_func("/rtsp_output/joining", test_joining);
    g_test_add_func("/rtsp_output/wrong_requests", test_wrong_requests);
    g_test_add_func("/rtsp_output/gone", test_gone);
    g_test_add_func("/rtsp_output/slow", test_slow);
    g_test_add_func("/rtsp_output/port_in_use", test_port_in_use);
    g_test_add_func("/rtsp_output/paths", test_paths);
    g_test_add_func("/rtsp_output/free", test_free);
    return g_test_run();
}
