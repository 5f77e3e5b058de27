/* dial.c - a WebSocket to a case database that we open and keep open */
#include "web/dial.h"

#include "web/intake_private.h"

#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define FIRST_WAIT_MS 1000
#define MAX_WAIT_MS   30000
#define STEADY_S      10 /* open for so long: the next wait is short again */
#define MAX_CURSOR    256
#define AFTER         "{after}"
#define REASON_CLOSED "nothing can be stored now"

struct Dial {
    WireHub *hub;
    Intake *intake;
    char *uri, *ca_file, *source, *cursor, *reason;
    Secret *token;
    guint ping_s;
    DialChanged changed;
    gpointer user;
    DialState state;
    Backoff backoff;
    guint wait; /* source */
    Wire *wire;
    IntakeChannel *channel; /* while open */
    gboolean is_greeted;
    gint64 opened_ns;
    guint tick;
};

static void set_state(Dial *dial, DialState state, const char *reason)
{
    if (state == dial->state && g_strcmp0(reason, dial->reason) == 0)
        return;
    dial->state = state;
    g_free(dial->reason);
    dial->reason = g_strdup(reason);
    log_info(INTAKE, "%s: %s%s%s", dial->source, dial_state_word(state), reason ? ": " : "",
             reason ? reason : "");
    dial->changed(dial, state, reason, dial->user);
}

static char *dup_target(const char *uri, const char *cursor)
{
    g_autofree char *escaped = g_uri_escape_string(cursor, NULL, FALSE);
    g_auto(GStrv) parts = g_strsplit(uri, AFTER, -1);
    return g_strjoinv(escaped, parts);
}

/* --- open ------------------------------------------------------------------------------------ */

static void on_hold(gboolean is_held, gpointer user)
{
    Dial *dial = user;
    wire_hold(dial->wire, is_held);
}

static void on_wake(gpointer user)
{
    Dial *dial = user;
    wire_wake(dial->wire);
}

static void on_close(guint16 code, const char *text, gpointer user)
{
    Dial *dial = user;
    wire_close(dial->wire, code, text);
}

static gboolean on_tick(gpointer user)
{
    Dial *dial = user;
    intake_channel_tick(dial->channel);
    return G_SOURCE_CONTINUE;
}

static void on_opened(gpointer user)
{
    static const IntakeChannelCarrier carrier = { on_hold, on_wake, on_close };
    Dial *dial = user;
    g_autoptr(GUri) uri = g_uri_parse(dial->uri, G_URI_FLAGS_PARSE_RELAXED, NULL);
    const char *host = uri ? g_uri_get_host(uri) : NULL;
    dial->channel =
        intake_channel_new(dial->intake, dial->source, host ? host : dial->source, &carrier, dial);
    dial->is_greeted = FALSE;
    dial->opened_ns = clock_now_ns();
    dial->tick = g_timeout_add_seconds(1, on_tick, dial);
    wire_wake(dial->wire);
    set_state(dial, DIAL_OPEN, NULL);
}

static void on_received(const void *data, gsize len, gboolean is_binary, gboolean is_last,
                        gpointer user)
{
    Dial *dial = user;
    intake_channel_receive(dial->channel, data, len, is_binary, is_last);
}

static GBytes *greeting(Dial *dial)
{
    g_autoptr(Json) event = json_object_new_object();
    Json *data = json_object_new_object();
    g_autofree char *id = intake_dup_receipt_id(dial->intake);
    json_add_string(data, "after", dial->cursor);
    json_add_string(event, "specversion", "1.0");
    json_add_string(event, "id", id);
    json_add_string(event, "source", "/wallctl");
    json_add_string(event, "type", INTAKE_RESUME_TYPE);
    json_add_string(event, "datacontenttype", "application/json");
    json_add(event, "data", data);
    char *text = json_dup_text(event);
    return g_bytes_new_take(text, strlen(text));
}

static void on_writable(gpointer user)
{
    Dial *dial = user;
    g_autoptr(GBytes) text = dial->is_greeted ? intake_channel_next(dial->channel) : greeting(dial);
    dial->is_greeted = TRUE;
    if (!text)
        return;
    wire_write(dial->wire, text);
    wire_wake(dial->wire);
}

/* --- between --------------------------------------------------------------------------------- */

static void dial_now(Dial *dial);

static gboolean on_waited(gpointer user)
{
    Dial *dial = user;
    dial->wait = 0;
    dial_now(dial);
    return G_SOURCE_REMOVE;
}

static void hang_up(Dial *dial)
{
    g_clear_handle_id(&dial->tick, g_source_remove);
    g_clear_pointer(&dial->channel, intake_channel_free);
    g_clear_pointer(&dial->wire, wire_free);
}

static void on_ended(const WireEnd *end, gpointer user)
{
    Dial *dial = user;
    g_autofree char *reason = g_strdup(end->reason);
    gboolean is_refused = end->is_refused;
    guint retry_ms = MIN(end->retry_after_s * 1000, MAX_WAIT_MS);
    if (dial->channel && clock_now_ns() - dial->opened_ns > STEADY_S * NS_PER_SEC)
        backoff_reset(&dial->backoff);
    hang_up(dial);
    dial->wait = g_timeout_add(MAX(backoff_next_ms(&dial->backoff), retry_ms), on_waited, dial);
    set_state(dial, is_refused ? DIAL_REFUSED : DIAL_WAITING, reason);
}

static void dial_now(Dial *dial)
{
    static const WireHandler handler = { on_opened, on_received, on_writable, on_ended };
    if (intake_gate(dial->intake) == INTAKE_CLOSED) {
        dial->wait = g_timeout_add(FIRST_WAIT_MS, on_waited, dial);
        set_state(dial, DIAL_WAITING, REASON_CLOSED);
        return;
    }
    g_autofree char *uri = dup_target(dial->uri, dial->cursor);
    WireTarget target = { uri, dial->ca_file, dial->token, dial->ping_s };
    dial->wire = wire_open(dial->hub, &target, INTAKE_SUBPROTOCOL, &handler, dial);
    set_state(dial, DIAL_CONNECTING, NULL);
}

/* --- public ---------------------------------------------------------------------------------- */

const char *dial_state_word(DialState state)
{
    static const char *const words[] = {
        [DIAL_IDLE] = "idle",       [DIAL_CONNECTING] = "connecting", [DIAL_OPEN] = "open",
        [DIAL_WAITING] = "waiting", [DIAL_REFUSED] = "refused",
    };
    g_assert(state >= 1 && state < (int)G_N_ELEMENTS(words));
    return words[state];
}

void dial_set_cursor(Dial *dial, const char *cursor)
{
    assert_control_thread();
    if (strlen(cursor) > MAX_CURSOR || strcmp(cursor, dial->cursor) == 0)
        return;
    g_free(dial->cursor);
    dial->cursor = g_strdup(cursor);
}

void dial_start(Dial *dial)
{
    assert_control_thread();
    if (dial->state == DIAL_IDLE)
        dial_now(dial);
}

DialState dial_state(const Dial *dial)
{
    return dial->state;
}

Dial *dial_new(WireHub *hub, Intake *intake, const WireTarget *target, const char *source,
               DialChanged changed, gpointer user, GError **error)
{
    assert_control_thread();
    g_autofree char *tried = dup_target(target->uri, "0");
    if (!wire_check_uri(tried, FALSE, error))
        return NULL;
    Dial *dial = g_new0(Dial, 1);
    dial->hub = hub;
    dial->intake = intake;
    dial->uri = g_strdup(target->uri);
    dial->ca_file = g_strdup(target->ca_file);
    dial->token = target->token ? secret_ref(target->token) : NULL;
    dial->ping_s = target->ping_s;
    dial->source = g_strdup(source);
    dial->cursor = g_strdup("");
    dial->changed = changed;
    dial->user = user;
    dial->state = DIAL_IDLE;
    backoff_init(&dial->backoff, FIRST_WAIT_MS, MAX_WAIT_MS);
    return dial;
}

void dial_free(Dial *dial)
{
    if (!dial)
        return;
    assert_control_thread();
    g_clear_handle_id(&dial->wait, g_source_remove);
    hang_up(dial);
    g_clear_pointer(&dial->token, secret_unref);
    g_free(dial->uri);
    g_free(dial->ca_file);
    g_free(dial->source);
    g_free(dial->cursor);
    g_free(dial->reason);
    g_free(dial);
}
