/* case_sections.c - sources, contacts, briefings and upstreams of a configuration */
#include "config/builder.h"
#include "config/rule.h"
#include "wallctl/model/privacy.h"

#include <string.h>

#define MAX_SOURCES   256
#define MAX_CLAIMS    256
#define MAX_CONTACTS  10000
#define MAX_BRIEFINGS 32
#define MAX_UPSTREAMS 16
#define ALL_DAYS      0x7fu

static gboolean has(Json *object, const char *key)
{
    return json_object_object_get_ex(object, key, NULL);
}

/* --- sources -----------------------------------------------------------------------------------
 */

/* Members that belong to one transport: needed there, refused elsewhere. */
static void check_member(Builder *builder, Json *object, const char *key, gboolean is_its,
                         gboolean is_needed, const char *word, const char *place)
{
    Where where = { builder->faults, place, FALSE };
    if (!is_its && has(object, key))
        where_fault(&where, key, "goes with \"transport\": \"%s\" only", word);
    if (is_its && is_needed && !has(object, key))
        where_fault(&where, key, "is missing; \"transport\": \"%s\" needs it", word);
}

/* A list that is empty is one: its source sends under its uri only. */
static void read_claims(Builder *builder, Json *object, const char *place, SourceConfig *source)
{
    if (!has(object, "speaks_for"))
        return;
    source->speaks_for = read_words(builder, object, "speaks_for", place, MAX_CLAIMS);
    if (!source->speaks_for)
        source->speaks_for = g_new0(char *, 1);
    for (guint i = 0; source->speaks_for[i]; i++) {
        if (rule_name.fits(source->speaks_for[i]))
            continue;
        g_autofree char *item_place = g_strdup_printf("%s.speaks_for[%u]", place, i);
        faults_add(builder->faults, item_place, "is refused; accepted: %s", rule_name.accepted);
    }
}

static void read_source(Builder *builder, Json *object, const char *place, guint index,
                        gpointer user)
{
    SourceConfig *source = &builder->config->sources[index];
    options_read(&table_sources, object, source, &(Where) { builder->faults, place, FALSE });
    gboolean is_dialled = source->transport == SOURCE_DIALLED;
    gboolean is_folder = source->transport == SOURCE_FOLDER;
    check_member(builder, object, "url", is_dialled, TRUE, "dial", place);
    check_member(builder, object, "ca_file", is_dialled, FALSE, "dial", place);
    check_member(builder, object, "folder", is_folder, TRUE, "folder", place);
    if (!is_folder && !has(object, "token"))
        where_fault(&(Where) { builder->faults, place, FALSE }, "token",
                    "is missing; only \"transport\": \"folder\" needs none");
    if (is_dialled && source->url && !g_str_has_prefix(source->url, "ws"))
        where_fault(&(Where) { builder->faults, place, FALSE }, "url",
                    "a source is dialled by ws:// or wss://");
    if (is_folder && !has(object, "silent_s"))
        source->silent_s = 0; /* files come when they come */
    if (!source->uri)
        source->uri = g_strconcat("/", source->id, NULL);
    read_claims(builder, object, place, source);
}

static void read_sources(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "sources", "", MAX_SOURCES, &config->n_sources);
    config->sources = g_new0(SourceConfig, config->n_sources);
    for (guint i = 0; i < config->n_sources; i++)
        options_set_defaults(&table_sources, &config->sources[i]);
    if (array)
        read_objects(builder, array, "sources", NULL, read_source, NULL);
}

/* --- contacts ----------------------------------------------------------------------------------
 */

/* What belongs to a person is refused, and not said again. */
static void read_contact(Builder *builder, Json *object, const char *place, guint index,
                         gpointer user)
{
    Contact *contact = &builder->config->contacts[index];
    Where where = { builder->faults, place, FALSE };
    options_read(&table_contacts, object, contact, &where);
    if (phone_kind(contact->phone) == PHONE_MOBILE)
        where_fault(
            &where, "phone",
            "a mobile number is refused: it is somebody's own, and the whole room would read "
            "it; accepted: the desk of an office / 手机号是个人的，上墙人人可见，不能用；"
            "请写单位值班室的座机");
    if (privacy_finds(contact->name))
        where_fault(
            &where, "name",
            "the value holds what looks like a person's number or name; accepted: the name of "
            "an office / 像是含有个人的号码或姓名；请写单位名称");
}

static void read_contacts(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "contacts", "", MAX_CONTACTS, &config->n_contacts);
    config->contacts = g_new0(Contact, config->n_contacts);
    for (guint i = 0; i < config->n_contacts; i++)
        options_set_defaults(&table_contacts, &config->contacts[i]);
    if (array)
        read_objects(builder, array, "contacts", NULL, read_contact, NULL);
}

/* --- briefings ---------------------------------------------------------------------------------
 */

static void read_briefing(Builder *builder, Json *object, const char *place, guint index,
                          gpointer user)
{
    BriefingConfig *briefing = &builder->config->briefings[index];
    Where where = { builder->faults, place, FALSE };
    options_read(&table_briefings, object, briefing, &where);
    briefing->minute = (guint)MAX(time_minutes(briefing->at), 0);
    guint n;
    g_autofree guint *days = read_numbers(builder, object, "days", place, 1, 7, &n);
    for (guint i = 0; i < n; i++)
        briefing->weekdays |= days[i] > 0 ? 1u << (days[i] - 1) : 0;
    if (!has(object, "days"))
        briefing->weekdays = briefing->kind == BRIEFING_WEEK ? 1 : ALL_DAYS;
    if (briefing->kind == BRIEFING_MONTH && has(object, "days"))
        where_fault(&where, "days", "goes with \"kind\": \"day\" or \"week\"; a month has \"day\"");
    if (briefing->kind != BRIEFING_MONTH && has(object, "day"))
        where_fault(&where, "day", "goes with \"kind\": \"month\" only");
}

static void read_briefings(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "briefings", "", MAX_BRIEFINGS, &config->n_briefings);
    config->briefings = g_new0(BriefingConfig, config->n_briefings);
    for (guint i = 0; i < config->n_briefings; i++)
        options_set_defaults(&table_briefings, &config->briefings[i]);
    if (array)
        read_objects(builder, array, "briefings", NULL, read_briefing, NULL);
}

/* --- upstreams ---------------------------------------------------------------------------------
 */

guint64 read_event_types(Builder *builder, Json *object, const char *key, const char *place)
{
    guint n;
    guint64 types = 0;
    char **words = read_texts(builder, object, key, place, EVENT_LAST, FALSE, &n);
    const char *known[EVENT_LAST];
    for (guint i = 0; i < EVENT_LAST; i++)
        known[i] = event_type_word((EventType)(i + 1));
    for (guint i = 0; i < n; i++) {
        EventType type = words[i] ? event_type_from_word(words[i]) : 0;
        types |= type ? G_GUINT64_CONSTANT(1) << type : 0;
        if (!words[i] || type)
            continue;
        g_autofree char *item_place = g_strdup_printf("%s.%s[%u]", place, key, i);
        refuse_name(builder->faults, item_place, "event type", words[i], known, EVENT_LAST);
    }
    for (guint i = 0; i < n; i++)
        g_free(words[i]);
    g_free(words);
    return types;
}

static void read_upstream(Builder *builder, Json *object, const char *place, guint index,
                          gpointer user)
{
    UpstreamConfig *upstream = &builder->config->upstreams[index];
    options_read(&table_upstreams, object, upstream, &(Where) { builder->faults, place, FALSE });
    upstream->types = read_event_types(builder, object, "events", place);
    if (!has(object, "events"))
        upstream->types = ~G_GUINT64_CONSTANT(0);
}

static void read_upstreams(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "upstreams", "", MAX_UPSTREAMS, &config->n_upstreams);
    config->upstreams = g_new0(UpstreamConfig, config->n_upstreams);
    for (guint i = 0; i < config->n_upstreams; i++)
        options_set_defaults(&table_upstreams, &config->upstreams[i]);
    if (array)
        read_objects(builder, array, "upstreams", NULL, read_upstream, NULL);
}

void read_case_sections(Builder *builder, Json *top)
{
    read_sources(builder, top);
    read_contacts(builder, top);
    read_briefings(builder, top);
    read_upstreams(builder, top);
}
