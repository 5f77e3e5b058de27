/* links.c - the connections of this daemon to other platforms */
#include "wallctl/links.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/intake_folder.h"
#include "wallctl/store/outbox.h"
#include "web/dial.h"
#include "web/send.h"

#include <string.h>

#define CURSOR_MS 1000
#define FETCH     64 /* items of the outbox in one look */

/* A source that we go to. */
typedef struct {
    Links *links;
    char *source;
    Dial *dial;           /* or ... */
    IntakeFolder *folder; /* ... this */
    char *detail;
} Inlet;

/* A platform above us. */
typedef struct {
    Links *links; /* NULL: it is gone, an answer is still on its way */
    gint refs;    /* [control] */
    char *id;
    guint64 types;
    Send *send;
    GHashTable *under_way; /* set of gint64: handed on, and not yet marked as sent */
    GArray *settled;  /* of those: marked while somebody looks, who may still see them waiting */
    gint64 n_waiting; /* in the outbox, when we last looked */
    gint64 since_ms;  /* when is_well last changed */
    gboolean is_looking, looks_again, is_well;
    char *detail;
} Outlet;

struct Links {
    LinksEnv env;
    WireHub *hub;
    GPtrArray *inlets, *outlets;
    char *site_region;
    guint timer;
};

/* --- outlets -----------------------------------------------------------------------------------
 */

static void outlet_unref(Outlet *outlet)
{
    if (--outlet->refs > 0)
        return;
    g_hash_table_unref(outlet->under_way);
    g_array_unref(outlet->settled);
    g_free(outlet->id);
    g_free(outlet->detail);
    g_free(outlet);
}

static void free_outlet(gpointer data)
{
    Outlet *outlet = data;
    outlet->links = NULL;
    g_clear_pointer(&outlet->send, send_free);
    outlet_unref(outlet);
}

typedef struct {
    Outlet *outlet;
    char *peer;
    GPtrArray *items;
    gint64 n_waiting;
} Look;

static void free_look(gpointer data)
{
    Look *look = data;
    g_clear_pointer(&look->items, g_ptr_array_unref);
    outlet_unref(look->outlet);
    g_free(look->peer);
    g_free(look);
}

static gboolean read_items(sqlite3 *db, gpointer data, GError **error)
{
    Look *look = data;
    look->items = outbox_next(db, look->peer, FETCH, error);
    return look->items && outbox_count(db, look->peer, &look->n_waiting, error);
}

static void look_into_outbox(Outlet *outlet);

/* source and id of an event that we wrote ourselves. */
static gboolean hand_on(Outlet *outlet, const OutboxItem *item)
{
    g_autoptr(Json) json = json_parse(item->body, strlen(item->body), 0, JSON_STRICT, NULL);
    const char *source = json_object_get_string(json_object_object_get(json, "source"));
    const char *id = json_object_get_string(json_object_object_get(json, "id"));
    g_autoptr(GBytes) text = g_bytes_new(item->body, strlen(item->body));
    return source && id &&
           send_event(outlet->send, (guint64)item->seq, item->key, source, id, text);
}

static void on_looked(gpointer data, const GError *error, gpointer user)
{
    const Look *look = data;
    Outlet *outlet = look->outlet;
    outlet->is_looking = FALSE;
    if (!outlet->links)
        return;
    if (!error)
        outlet->n_waiting = look->n_waiting;
    for (guint i = 0; !error && i < look->items->len; i++) {
        const OutboxItem *item = g_ptr_array_index(look->items, i);
        if (!g_hash_table_contains(outlet->under_way, &item->seq) && hand_on(outlet, item))
            g_hash_table_add(outlet->under_way, g_memdup2(&item->seq, sizeof item->seq));
    }
    for (guint i = 0; i < outlet->settled->len; i++)
        g_hash_table_remove(outlet->under_way, &g_array_index(outlet->settled, gint64, i));
    g_array_set_size(outlet->settled, 0);
    if (outlet->looks_again)
        look_into_outbox(outlet);
}

static void look_into_outbox(Outlet *outlet)
{
    outlet->looks_again = outlet->is_looking;
    if (outlet->is_looking || !outlet->send)
        return;
    outlet->is_looking = TRUE;
    Look *look = g_new0(Look, 1);
    look->outlet = outlet;
    outlet->refs++;
    look->peer = g_strdup(outlet->id);
    reader_submit(outlet->links->env.reader, read_items, look, free_look, on_looked, NULL);
}

typedef struct {
    Outlet *outlet;
    gint64 seq;
} Mark;

static void free_mark(Mark *mark)
{
    outlet_unref(mark->outlet);
    g_free(mark);
}

/* The outbox knows that the peer has it: the next one of its case may go. */
static void on_marked(gpointer data, const GError *error, gpointer user)
{
    Mark *mark = user;
    if (mark->outlet->is_looking)
        g_array_append_val(mark->outlet->settled, mark->seq);
    else
        g_hash_table_remove(mark->outlet->under_way, &mark->seq);
    if (mark->outlet->links)
        look_into_outbox(mark->outlet);
    free_mark(mark);
}

static void on_sent(guint64 ticket, SendResult result, const char *reason, gpointer user)
{
    Outlet *outlet = user;
    if (result != SEND_DELIVERED)
        log_warning(LINK, "%s: item %" G_GUINT64_FORMAT " is not taken: %s", outlet->id, ticket,
                    reason ? reason : "refused");
    if (result == SEND_GONE) /* kept, until somebody corrects the address */
        return;
    Mark *mark = g_new(Mark, 1);
    *mark = (Mark) { outlet, (gint64)ticket };
    outlet->refs++;
    outbox_sent(outlet->links->env.store, (gint64)ticket, on_marked, mark);
}

static void tell(const Links *links, const char *id, const char *state, const char *detail)
{
    Json *data = json_object_new_object();
    json_add_string(data, "id", id);
    json_add_string(data, "state", state);
    json_add_string(data, "detail", detail);
    links->env.event("link.state", data, links->env.user);
}

static void on_outlet_changed(gboolean is_well, const char *reason, gpointer user)
{
    Outlet *outlet = user;
    if (is_well != outlet->is_well)
        outlet->since_ms = clock_unix_ms();
    outlet->is_well = is_well;
    g_free(outlet->detail);
    outlet->detail = g_strdup(reason);
    log_info(LINK, "%s: %s", outlet->id, is_well ? "reached" : reason);
    tell(outlet->links, outlet->id, is_well ? "open" : "waiting", reason);
}

static Secret *token_of(const Config *config, const char *reference)
{
    const Credential *credential =
        reference ? credentials_find(config->credentials, reference) : NULL;
    return credential ? credential->password : NULL;
}

static void add_outlet(Links *links, Config *config, const UpstreamConfig *upstream)
{
    static const SendHandler handler = { on_sent, on_outlet_changed };
    WireTarget target = { .uri = upstream->url,
                          .ca_file = upstream->ca_file,
                          .token = token_of(config, upstream->token) };
    g_autoptr(GError) error = NULL;
    Outlet *outlet = g_new0(Outlet, 1);
    outlet->refs = 1;
    outlet->links = links;
    outlet->id = g_strdup(upstream->id);
    outlet->types = upstream->types;
    outlet->under_way = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    outlet->settled = g_array_new(FALSE, FALSE, sizeof(gint64));
    outlet->send = send_new(links->hub, &target, TRUE, &handler, outlet, &error);
    if (!outlet->send) {
        outlet->detail = g_strdup(error->message);
        log_error(LINK, "%s: %s", upstream->id, error->message);
    }
    g_ptr_array_add(links->outlets, outlet);
    look_into_outbox(outlet);
}

static void on_added(gpointer data, const GError *error, gpointer user)
{
    Outlet *outlet = user;
    if (error)
        log_error(LINK, "%s: a report is lost: %s", outlet->id, error->message);
    else if (outlet->links)
        look_into_outbox(outlet);
    outlet_unref(outlet);
}

/* What must arrive in the order in which it happened: all of a case, of a camera, of a wall. Caller
 * frees. */
static char *dup_order_key(const Event *event)
{
    const char *camera = fields_text(&event->fields, FIELD_CAMERA);
    const char *wall = fields_text(&event->fields, FIELD_WALL);
    if (*event->subject)
        return g_strdup(event->subject);
    return camera ? g_strconcat("camera:", camera, NULL)
                  : g_strconcat("wall:", wall ? wall : "", NULL);
}

void links_report(Links *links, Event *event)
{
    assert_control_thread();
    g_autoptr(Event) own = event;
    if (*links->site_region && strcmp(event->source, EVENT_OWN_SOURCE) == 0) {
        g_free(event->source); /* one platform has many sites below it */
        event->source = g_strdup_printf("/%s/wallctl", links->site_region);
    }
    g_autofree char *key = dup_order_key(event);
    g_autoptr(Json) json = event_to_json(event, CALENDAR_OFFSET_MIN);
    g_autofree char *body = json_dup_text(json);
    for (guint i = 0; i < links->outlets->len; i++) {
        Outlet *outlet = g_ptr_array_index(links->outlets, i);
        if ((outlet->types >> event->type & 1) == 0)
            continue;
        outlet->refs++;
        outbox_add(links->env.store, outlet->id, key, body, on_added, outlet);
    }
}

/* --- inlets ------------------------------------------------------------------------------------
 */

static void free_inlet(gpointer data)
{
    Inlet *inlet = data;
    g_clear_pointer(&inlet->dial, dial_free);
    g_clear_pointer(&inlet->folder, intake_folder_free);
    g_free(inlet->source);
    g_free(inlet->detail);
    g_free(inlet);
}

static void on_dial(Dial *dial, DialState state, const char *reason, gpointer user)
{
    Inlet *inlet = user;
    g_free(inlet->detail);
    inlet->detail = g_strdup(reason);
    if (state == DIAL_OPEN || state == DIAL_REFUSED || state == DIAL_WAITING)
        log_info(LINK, "%s: %s%s%s", inlet->source, dial_state_word(state), reason ? ": " : "",
                 reason ? reason : "");
    tell(inlet->links, inlet->source, dial_state_word(state), reason);
}

static void on_file(const char *file, gboolean is_well, const char *text, gpointer user)
{
    Inlet *inlet = user;
    g_free(inlet->detail);
    inlet->detail = is_well ? NULL : g_strdup(text);
    log_line(is_well ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, "LINK", "%s: %s%s%s", inlet->source,
             file ? file : "", file ? ": " : "", text);
}

static void add_inlet(Links *links, Config *config, const SourceConfig *source)
{
    g_autoptr(GError) error = NULL;
    Inlet *inlet = g_new0(Inlet, 1);
    inlet->links = links;
    inlet->source = g_strdup(source->id);
    g_ptr_array_add(links->inlets, inlet);
    if (source->transport == SOURCE_FOLDER) {
        inlet->folder = intake_folder_new(links->env.intake, links->env.work, source->folder,
                                          source->id, 0, on_file, inlet);
        return;
    }
    WireTarget target = { .uri = source->url,
                          .ca_file = source->ca_file,
                          .token = token_of(config, source->token) };
    inlet->dial =
        dial_new(links->hub, links->env.intake, &target, source->id, on_dial, inlet, &error);
    if (!inlet->dial) {
        inlet->detail = g_strdup(error->message);
        log_error(LINK, "%s: %s", source->id, error->message);
        return;
    }
    dial_set_cursor(inlet->dial, sources_cursor(links->env.sources, source->id));
    dial_start(inlet->dial);
}

/* What is durable moves on while events come. */
static gboolean on_timer(gpointer user)
{
    Links *links = user;
    for (guint i = 0; i < links->inlets->len; i++) {
        const Inlet *inlet = g_ptr_array_index(links->inlets, i);
        if (inlet->dial)
            dial_set_cursor(inlet->dial, sources_cursor(links->env.sources, inlet->source));
    }
    return G_SOURCE_CONTINUE;
}

/* --- public ------------------------------------------------------------------------------------
 */

Json *links_state(Links *links)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < links->inlets->len; i++) {
        const Inlet *inlet = g_ptr_array_index(links->inlets, i);
        Json *item = json_object_new_object();
        json_add_string(item, "id", inlet->source);
        json_add_string(item, "kind", inlet->folder ? "folder" : "dial");
        json_add_string(item, "state",
                        inlet->dial     ? dial_state_word(dial_state(inlet->dial))
                        : inlet->folder ? "open"
                                        : "refused");
        json_add_string(item, "detail", inlet->detail);
        json_object_array_add(list, item);
    }
    for (guint i = 0; i < links->outlets->len; i++) {
        const Outlet *outlet = g_ptr_array_index(links->outlets, i);
        Json *item = json_object_new_object();
        json_add_string(item, "id", outlet->id);
        json_add_string(item, "kind", "upstream");
        json_add_string(item, "state",
                        !outlet->send     ? "refused"
                        : outlet->is_well ? "open"
                                          : "waiting");
        json_add_string(item, "detail", outlet->detail);
        json_add_int(item, "waiting", outlet->n_waiting);
        if (outlet->since_ms)
            json_add_int(item, "since_ms", outlet->since_ms);
        json_object_array_add(list, item);
    }
    return list;
}

/* Connections begin anew: addresses, tokens and folders may have changed, and nothing is lost by it. */
void links_reload(Links *links, Config *config)
{
    assert_control_thread();
    g_ptr_array_set_size(links->inlets, 0);
    g_ptr_array_set_size(links->outlets, 0);
    g_free(links->site_region);
    links->site_region = g_strdup(config->cases.region ? config->cases.region : "");
    for (guint i = 0; i < config->n_sources; i++) {
        if (config->sources[i].transport != SOURCE_CONNECTS)
            add_inlet(links, config, &config->sources[i]);
    }
    for (guint i = 0; i < config->n_upstreams; i++)
        add_outlet(links, config, &config->upstreams[i]);
}

Links *links_new(const LinksEnv *env, Config *config, GError **error)
{
    Links *links = g_new0(Links, 1);
    links->env = *env;
    links->inlets = g_ptr_array_new_with_free_func(free_inlet);
    links->outlets = g_ptr_array_new_with_free_func(free_outlet);
    links->hub = wire_hub_new(error);
    if (!links->hub) {
        links_free(links);
        return NULL;
    }
    links_reload(links, config);
    links->timer = g_timeout_add(CURSOR_MS, on_timer, links);
    return links;
}

void links_free(Links *links)
{
    if (!links)
        return;
    g_clear_handle_id(&links->timer, g_source_remove);
    g_ptr_array_unref(links->inlets);
    g_ptr_array_unref(links->outlets);
    g_clear_pointer(&links->hub, wire_hub_free);
    g_free(links->site_region);
    g_free(links);
}
