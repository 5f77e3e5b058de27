/* intake_app.c - a handler of events for the tests of their transports */
#include "intake_app.h"

#include "wallctl/base/json.h"

#include <string.h>

static const char *source_of(const char *token, gpointer user)
{
    if (strcmp(token, "grid-token") == 0)
        return "grid";
    return strcmp(token, "hotline-token") == 0 ? "hotline" : NULL;
}

static void answer_as_sent(IntakeMessage *message, IntakeResult result)
{
    gsize len;
    const char *text = g_bytes_get_data(intake_message_text(message), &len);
    g_autoptr(Json) json = json_parse(text ? text : "", len, 0, JSON_STRICT, NULL);
    Json *source = NULL, *id = NULL;
    if (!json || !json_object_is_type(json, json_type_object)) {
        intake_reply(message, INTAKE_REFUSED, NULL, NULL, "malformed");
        return;
    }
    json_object_object_get_ex(json, "source", &source);
    json_object_object_get_ex(json, "id", &id);
    intake_reply(message, result, source ? json_object_get_string(source) : NULL,
                 id ? json_object_get_string(id) : NULL, NULL);
}

static void receive(IntakeMessage *message, gpointer user)
{
    Inbox *inbox = user;
    gsize len;
    const char *text = g_bytes_get_data(intake_message_text(message), &len);
    inbox->received++;
    inbox->bytes += len;
    g_free(inbox->last_text);
    inbox->last_text = g_strndup(text ? text : "", len);
    g_free(inbox->last_source);
    inbox->last_source = g_strdup(intake_message_source(message));
    g_free(inbox->last_peer);
    inbox->last_peer = g_strdup(intake_message_peer(message));
    inbox->last_form = intake_message_form(message);
    if (inbox->result)
        answer_as_sent(message, inbox->result);
    else
        g_ptr_array_add(inbox->kept, message);
}

static void refused(const char *source, const char *word, gpointer user)
{
    Inbox *inbox = user;
    guint times = inbox_refused(inbox, word);
    g_hash_table_replace(inbox->refused, g_strdup(word), GUINT_TO_POINTER(times + 1));
}

guint inbox_refused(Inbox *inbox, const char *word)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(inbox->refused, word));
}

void inbox_answer(Inbox *inbox, guint i, IntakeResult result, const char *reason)
{
    g_autofree char *id = g_strdup_printf("e%u", i);
    IntakeMessage *message = g_steal_pointer(&inbox->kept->pdata[i]);
    intake_reply(message, result, "/s", id, reason);
}

void inbox_answer_all(Inbox *inbox, IntakeResult result)
{
    for (guint i = 0; i < inbox->kept->len; i++) {
        if (inbox->kept->pdata[i])
            inbox_answer(inbox, i, result, NULL);
    }
    g_ptr_array_set_size(inbox->kept, 0);
}

Inbox *inbox_new(IntakeResult result)
{
    static const IntakeHandler handler = { source_of, receive, refused };
    Inbox *inbox = g_new0(Inbox, 1);
    inbox->result = result;
    inbox->kept = g_ptr_array_new();
    inbox->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    inbox->intake = intake_new(&handler, inbox);
    return inbox;
}

void inbox_free(Inbox *inbox)
{
    inbox_answer_all(inbox, INTAKE_APPLIED);
    intake_free(inbox->intake);
    g_ptr_array_unref(inbox->kept);
    g_hash_table_unref(inbox->refused);
    g_free(inbox->last_text);
    g_free(inbox->last_source);
    g_free(inbox->last_peer);
    g_free(inbox);
}

IntakeWorld intake_world_new(IntakeResult result)
{
    IntakeWorld world = { app_new(), inbox_new(result) };
    web_server_set_intake(world.app->server, world.inbox->intake);
    return world;
}

void intake_world_free(IntakeWorld *world)
{
    app_free(world->app);
    inbox_free(world->inbox);
}
