/* cli_demo.c - "demo": synthetic events over the daemon's real intake
 *
 * A client like any platform: every event goes over a WebSocket of its source to /v1/events, in the
 * form of that platform and with that source's token, and counts when its receipt has come. The
 * daemon is only asked, as anybody may ask it, where its configuration lies and whether the history is
 * there already: then it is sent again with the same numbers, which changes nothing.
 */
#include "config/config.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"
#include "wallctl/demo.h"
#include "web/intake.h"
#include "web/send.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define FOLDER      "demo"
#define DAY_DIGITS  8  /* in a code, before its number */
#define STUCK_S     30 /* no receipt for so long: nobody takes the events */
#define MAX_REASONS 5  /* refusals told of */

typedef struct Demo Demo;

/* The connection of one source. */
typedef struct {
    Demo *demo;
    const SourceConfig *source;
    Send *send;
    GQueue waiting; /* DemoItem, borrowed */
} Outlet;

struct Demo {
    Config *config;
    WireHub *hub;
    GMainLoop *loop;
    char *address;       /* ws://127.0.0.1:8080/v1/events */
    const char *cameras; /* NULL: the simulator is not told */
    GPtrArray *outlets;
    GPtrArray *items; /* DemoItem */
    guint next, timer, watch, n_under_way;
    guint64 n_sent, n_refused;
    gint64 began_ns, moved_ns; /* last receipt */
    char *trouble;             /* why a source is not reached */
    gboolean is_stuck;
};

static void go_on(Demo *demo);

/* --- sending -----------------------------------------------------------------------------------
 */

static void fill(Outlet *outlet)
{
    const DemoItem *item;
    while ((item = g_queue_peek_head(&outlet->waiting))) {
        g_autoptr(Json) event = demo_dup_event(item, outlet->source->uri);
        char *text = json_dup_text(event);
        g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
        if (!send_event(outlet->send, 0, item->key, outlet->source->uri, item->id, bytes))
            return;
        g_queue_pop_head(&outlet->waiting);
    }
}

static void on_done(guint64 ticket, SendResult result, const char *reason, gpointer user)
{
    Outlet *outlet = user;
    Demo *demo = outlet->demo;
    demo->n_under_way--;
    demo->moved_ns = clock_now_ns();
    if (result == SEND_DELIVERED)
        demo->n_sent++;
    else if (++demo->n_refused <= MAX_REASONS)
        fprintf(stderr, "%s: %s\n", outlet->source->id, reason ? reason : "refused");
    fill(outlet);
    if (demo->n_under_way == 0)
        go_on(demo);
}

static void on_changed(gboolean is_well, const char *reason, gpointer user)
{
    Outlet *outlet = user;
    g_free(outlet->demo->trouble);
    outlet->demo->trouble = is_well ? NULL : g_strdup_printf("%s: %s", outlet->source->id, reason);
}

static void free_outlet(gpointer data)
{
    Outlet *outlet = data;
    g_clear_pointer(&outlet->send, send_free);
    g_queue_clear(&outlet->waiting);
    g_free(outlet);
}

/* The first source with this mapping, or the first without one for "". */
static const SourceConfig *find_source(const Config *config, const char *platform)
{
    for (guint i = 0; i < config->n_sources; i++) {
        const SourceConfig *source = &config->sources[i];
        const char *mapping = source->mapping_name ? source->mapping_name : "";
        if (source->transport == SOURCE_CONNECTS && source->token && strcmp(mapping, platform) == 0)
            return source;
    }
    return NULL;
}

/* NULL with an error where the site has no such source. */
static Outlet *outlet_for(Demo *demo, const char *platform, GError **error)
{
    static const SendHandler handler = { on_done, on_changed };
    const SourceConfig *source = find_source(demo->config, platform);
    if (!source) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND,
                    "%s: needs a source with a token and %s%s", demo->config->path,
                    *platform ? "\"mapping\": " : "no mapping", platform);
        return NULL;
    }
    for (guint i = 0; i < demo->outlets->len; i++) {
        Outlet *outlet = g_ptr_array_index(demo->outlets, i);
        if (outlet->source == source)
            return outlet;
    }
    const Credential *token = credentials_find(demo->config->credentials, source->token);
    if (!token) { /* the file is sealed, and cannot be opened */
        g_propagate_error(error, g_error_copy(credentials_trouble(demo->config->credentials)));
        return NULL;
    }
    WireTarget target = { .uri = demo->address, .token = token->password };
    Outlet *outlet = g_new0(Outlet, 1);
    outlet->demo = demo;
    outlet->source = source;
    g_queue_init(&outlet->waiting);
    g_ptr_array_add(demo->outlets, outlet);
    outlet->send = send_new(demo->hub, &target, TRUE, &handler, outlet, error);
    return outlet->send ? outlet : NULL;
}

/* --- cameras -----------------------------------------------------------------------------------
 */

static void tell_camera(const Demo *demo, const DemoItem *item)
{
    if (!demo->cameras)
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(demo->cameras);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
    g_autofree char *line = g_strdup_printf("fault %s %s\n", item->camera, item->fault);
    if (!connection ||
        !g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), line,
                                   strlen(line), NULL, NULL, &error)) {
        fprintf(stderr, "%s: %s\n", demo->cameras, error->message);
        return;
    }
    char answer[256]; /* waits until it is done */
    g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(connection)), answer,
                        sizeof answer, NULL, NULL);
}

/* --- the run -----------------------------------------------------------------------------------
 */

static gboolean on_time(gpointer user)
{
    Demo *demo = user;
    demo->timer = 0;
    go_on(demo);
    return G_SOURCE_REMOVE;
}

static void put(Demo *demo, const DemoItem *item)
{
    if (!item->platform) {
        tell_camera(demo, item);
        return;
    }
    Outlet *outlet = outlet_for(demo, item->platform, NULL); /* found by prepare() */
    g_queue_push_tail(&outlet->waiting, (gpointer)item);
    demo->n_under_way++;
}

/* Hands on all whose time has come, and waits for the next one. */
static void go_on(Demo *demo)
{
    gint64 now_ms = (clock_now_ns() - demo->began_ns) / NS_PER_MS;
    if (demo->timer)
        return;
    while (demo->next < demo->items->len) {
        const DemoItem *item = g_ptr_array_index(demo->items, demo->next);
        if (item->at_ms > now_ms) {
            demo->timer = g_timeout_add((guint)(item->at_ms - now_ms), on_time, demo);
            break;
        }
        put(demo, item);
        demo->next++;
    }
    demo->moved_ns = clock_now_ns();
    for (guint i = 0; i < demo->outlets->len; i++)
        fill(g_ptr_array_index(demo->outlets, i));
    if (demo->next == demo->items->len && demo->n_under_way == 0)
        g_main_loop_quit(demo->loop);
}

static gboolean on_watch(gpointer user)
{
    Demo *demo = user;
    demo->is_stuck =
        demo->n_under_way > 0 && clock_now_ns() - demo->moved_ns > (gint64)STUCK_S * NS_PER_SEC;
    if (demo->is_stuck)
        g_main_loop_quit(demo->loop);
    return G_SOURCE_CONTINUE;
}

/* Every platform of the items must have a source, before the first event goes. */
static gboolean prepare(Demo *demo, GError **error)
{
    for (guint i = 0; i < demo->items->len; i++) {
        const DemoItem *item = g_ptr_array_index(demo->items, i);
        if (item->platform && !outlet_for(demo, item->platform, error))
            return FALSE;
    }
    return TRUE;
}

static int play(Demo *demo)
{
    g_autoptr(GError) error = NULL;
    if (!prepare(demo, &error))
        return cli_fail(EX_CONFIG, "%s", say_error(error));
    demo->next = 0;
    demo->n_sent = demo->n_refused = 0;
    demo->began_ns = demo->moved_ns = clock_now_ns();
    demo->watch = g_timeout_add_seconds(1, on_watch, demo);
    demo->timer = g_timeout_add(0, on_time, demo);
    g_main_loop_run(demo->loop);
    g_clear_handle_id(&demo->watch, g_source_remove);
    g_clear_handle_id(&demo->timer, g_source_remove);
    double seconds = (double)(clock_now_ns() - demo->began_ns) / NS_PER_SEC;
    if (demo->is_stuck)
        return cli_fail(EX_UNAVAILABLE, say("事件没有人收：%s", "nobody takes the events: %s"),
                        demo->trouble ? demo->trouble : "no receipts");
    printf(say("已送 %" G_GUINT64_FORMAT " 条事件，拒收 %" G_GUINT64_FORMAT " 条，用时 %.1f 秒\n",
               "%" G_GUINT64_FORMAT " events sent, %" G_GUINT64_FORMAT " refused, in %.1f s\n"),
           demo->n_sent, demo->n_refused, seconds);
    fflush(stdout);
    return demo->n_refused ? EX_DATAERR : EX_OK;
}

/* --- what is asked of the daemon ---------------------------------------------------------------
 */

static gboolean ask_daemon(Cli *cli, Demo *demo, int *status)
{
    g_autoptr(Json) answer = cli_ask(cli, "GET", "/api/v1/status", NULL, status);
    if (!answer)
        return FALSE;
    const char *path = json_text(answer, "config"), *page = json_text(answer, "address");
    g_autoptr(Faults) faults = faults_new(path, 20);
    demo->config = config_load(path, faults);
    if (!demo->config || !demo->config->words) {
        g_autofree char *text = faults_dup_text(faults);
        *status =
            cli_fail(EX_CONFIG, "%s%s", text,
                     demo->config ? say("配置里没有 cases", "the site has no \"cases\"") : "");
        return FALSE;
    }
    demo->address = g_strdup_printf("ws%s%s", page + strlen("http"), &INTAKE_PATH[1]);
    return TRUE;
}

/* When the history of this scenario ended that is in the store already; 0: none is. */
static gint64 known_start_ms(Cli *cli, Json *scenario, guint seed)
{
    g_autofree char *prefix = demo_dup_prefix(scenario, seed);
    int status;
    if (!prefix)
        return 0;
    g_autofree char *list = cli_path("cases?code=%s&limit=1", prefix);
    g_autoptr(Json) found = cli_ask(cli, "GET", list, NULL, &status);
    Json *cases = json_item(found, "cases");
    if (!json_object_is_type(cases, json_type_array) || json_object_array_length(cases) == 0)
        return 0;
    g_autofree char *code = g_strdup(json_text(json_object_array_get_idx(cases, 0), "code"));
    char *number = strrchr(code, '-');
    if (!number)
        return 0;
    *number = '\0';
    g_autofree char *first = g_strconcat(code, "-0001", NULL);
    g_autofree char *path = cli_path("cases?code=%s&limit=1", first);
    g_autoptr(Json) answer = cli_ask(cli, "GET", path, NULL, &status);
    Json *row = json_item(answer, "cases");
    if (!json_object_is_type(row, json_type_array) || json_object_array_length(row) == 0)
        return 0;
    const char *day = code + MAX(strlen(code), DAY_DIGITS) - DAY_DIGITS;
    return demo_start_of(day, json_number(json_object_array_get_idx(row, 0), "opened_ms"));
}

/* --- the command -------------------------------------------------------------------------------
 */

typedef struct {
    guint seed, every_s;
    double speed;
} Wishes;

static gboolean read_wishes(const Cli *cli, Wishes *wishes)
{
    guint64 seed = 1, every = 0;
    *wishes = (Wishes) { 1, 0, 1 };
    if (cli->seed && !g_ascii_string_to_unsigned(cli->seed, 10, 1, 9999, &seed, NULL))
        return cli_fail(FALSE, "--seed: 1-9999");
    if (cli->every && !g_ascii_string_to_unsigned(cli->every, 10, 10, 86400, &every, NULL))
        return cli_fail(FALSE, "--every: 10-86400");
    if (cli->speed) {
        char *end;
        wishes->speed = g_ascii_strtod(cli->speed, &end);
        if (*end || !(wishes->speed >= 0.1 && wishes->speed <= 100))
            return cli_fail(FALSE, "--speed: 0.1-100");
    }
    wishes->seed = (guint)seed;
    wishes->every_s = (guint)every;
    return TRUE;
}

static int run_once(Cli *cli, Demo *demo, Json *scenario, const Wishes *wishes)
{
    g_autoptr(GError) error = NULL;
    gint64 known_ms = known_start_ms(cli, scenario, wishes->seed);
    /* A history ends at a whole minute: some platforms write no seconds, and its start is read back. */
    g_autofree char *prefix = demo_dup_prefix(scenario, wishes->seed);
    gint64 unit_ms = prefix ? 60000 : 1000;
    DemoRun run = { known_ms ? known_ms : clock_unix_ms() / unit_ms * unit_ms, wishes->seed,
                    wishes->speed, demo->config->words->regions };
    demo->items = demo_items(scenario, &run, &error);
    if (!demo->items)
        return cli_fail(EX_DATAERR, "%s", say_error(error));
    int status = play(demo);
    g_ptr_array_set_size(demo->outlets, 0);
    g_clear_pointer(&demo->items, g_ptr_array_unref);
    return status;
}

static int run_all(Cli *cli, Demo *demo, Json *scenario, const Wishes *wishes)
{
    int status;
    for (;;) {
        gint64 began_ns = clock_now_ns();
        status = run_once(cli, demo, scenario, wishes);
        if (!wishes->every_s || status == EX_CONFIG)
            return status;
        gint64 left_ns = wishes->every_s * NS_PER_SEC - (clock_now_ns() - began_ns);
        g_usleep((gulong)(MAX(left_ns, 0) / 1000));
    }
}

int cli_demo(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(config_data_dir(), FOLDER, NULL);
    Wishes wishes;
    int status = EX_USAGE;
    if (!read_wishes(cli, &wishes))
        return EX_USAGE;
    g_autoptr(Json) scenario = demo_load(folder, cli->args[0], &error);
    if (!scenario)
        return cli_fail(EX_DATAERR, "%s", say_error(error));
    post_init();
    Demo demo = { .cameras = cli->cameras,
                  .loop = g_main_loop_new(NULL, FALSE),
                  .outlets = g_ptr_array_new_with_free_func(free_outlet) };
    demo.hub = wire_hub_new(&error);
    if (!demo.hub)
        status = cli_fail(EX_UNAVAILABLE, "%s", error->message);
    else if (ask_daemon(cli, &demo, &status))
        status = run_all(cli, &demo, scenario, &wishes);
    g_ptr_array_unref(demo.outlets);
    g_clear_pointer(&demo.hub, wire_hub_free);
    g_clear_pointer(&demo.config, config_unref);
    g_main_loop_unref(demo.loop);
    g_free(demo.address);
    g_free(demo.trouble);
    return status;
}
