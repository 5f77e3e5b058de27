/* case_checks.c - what concerns several members of sources, contacts, linkage, briefings and upstreams */
#include "config/builder.h"

#include <string.h>

static void check_token(Builder *builder, const char *token, const char *place)
{
    const Credentials *credentials = builder->config->credentials;
    if (!token || !credentials || credentials_trouble(credentials))
        return;
    const Credential *credential = credentials_find(credentials, token);
    if (credential && !*credential->user)
        return;
    g_autofree char *token_place = place_of(place, "token");
    faults_add(builder->faults, token_place,
               credential ? "\"%s\" is an account; accepted: a reference to {\"token\": \"...\"}"
                          : "there is no \"%s\" in the credential file",
               token);
}

static gboolean has_claim(const SourceConfig *source, const char *uri)
{
    return source->speaks_for && g_strv_contains((const char *const *)source->speaks_for, uri);
}

/* What comes without an envelope goes by it: two of one uri are one platform, and have to say so. */
static void check_uri(Builder *builder, guint index, const char *place)
{
    const SourceConfig *sources = builder->config->sources;
    const char *uri = sources[index].uri;
    for (guint i = 0; uri && i < index; i++) {
        if (g_strcmp0(sources[i].uri, uri) != 0 ||
            (has_claim(&sources[i], uri) && has_claim(&sources[index], uri)))
            continue;
        g_autofree char *uri_place = place_of(place, "uri");
        faults_add(builder->faults, uri_place,
                   "\"%s\" is that of sources[%u], too; accepted: another one, or the same in "
                   "\"speaks_for\" of both",
                   uri, i);
    }
}

/* Two sources with one token could not be told apart. */
static void check_sources(Builder *builder)
{
    Config *config = builder->config;
    Unique ids, tokens, folders;
    unique_init(&ids, builder->faults);
    unique_init(&tokens, builder->faults);
    unique_init(&folders, builder->faults);
    for (guint i = 0; i < config->n_sources; i++) {
        const SourceConfig *source = &config->sources[i];
        g_autofree char *place = g_strdup_printf("sources[%u]", i);
        g_autofree char *id_place = place_of(place, "id"), *token_place = place_of(place, "token");
        g_autofree char *folder_place = place_of(place, "folder");
        unique_check(&ids, source->id, id_place);
        unique_check(&tokens, source->token ? source->token : "", token_place);
        unique_check(&folders, source->folder ? source->folder : "", folder_place);
        check_token(builder, source->token, place);
        check_uri(builder, i, place);
    }
    unique_clear(&ids);
    unique_clear(&tokens);
    unique_clear(&folders);
}

static void check_contacts(Builder *builder)
{
    const Config *config = builder->config;
    Unique regions;
    unique_init(&regions, builder->faults);
    for (guint i = 0; i < config->n_contacts; i++) {
        g_autofree char *place = g_strdup_printf("contacts[%u].region", i);
        unique_check(&regions, config->contacts[i].region, place);
    }
    unique_clear(&regions);
}

static void check_rule_sources(Builder *builder, const LinkageRule *rule, const char *place)
{
    const Config *config = builder->config;
    g_autofree const char **known = g_new(const char *, config->n_sources);
    for (guint i = 0; i < config->n_sources; i++)
        known[i] = config->sources[i].id;
    for (guint i = 0; rule->filter.sources && rule->filter.sources[i]; i++) {
        gboolean is_known = FALSE;
        for (guint k = 0; k < config->n_sources; k++)
            is_known = is_known || strcmp(known[k], rule->filter.sources[i]) == 0;
        if (is_known)
            continue;
        g_autofree char *item_place = g_strdup_printf("%s.when.sources[%u]", place, i);
        refuse_name(builder->faults, item_place, "source", rule->filter.sources[i], known,
                    config->n_sources);
    }
}

void check_rule(Builder *builder, const LinkageRule *rule, const char *place)
{
    check_rule_sources(builder, rule, place);
    if (rule->cameras)
        check_camera_names(builder, rule->cameras, g_strv_length(rule->cameras), place);
    if (rule->preset && rule->opens_case)
        faults_add(builder->faults, place,
                   "\"preset\" and \"opens_case\" both fill the wall; accepted: one of them");
}

static void check_rules(Builder *builder)
{
    Config *config = builder->config;
    Unique ids;
    unique_init(&ids, builder->faults);
    for (guint i = 0; i < config->n_rules; i++) {
        const LinkageRule *rule = config->rules[i];
        g_autofree char *place = g_strdup_printf("linkage[%u]", i);
        g_autofree char *id_place = place_of(place, "id");
        unique_check(&ids, rule->id, id_place);
        check_rule(builder, rule, place);
    }
    unique_clear(&ids);
}

static void check_alarm_tiles(Builder *builder)
{
    const Config *config = builder->config;
    for (guint i = 0; i < config->n_walls; i++) {
        const WallConfig *wall = &config->walls[i];
        for (guint k = 0; k < wall->n_alarm_tiles; k++) {
            for (guint m = 0; m < k && wall->alarm_tiles[k]; m++) {
                if (wall->alarm_tiles[m] != wall->alarm_tiles[k])
                    continue;
                g_autofree char *place = g_strdup_printf("walls[%u].alarm_tiles[%u]", i, k);
                faults_add(builder->faults, place, "%u is given twice", wall->alarm_tiles[k]);
            }
        }
    }
}

static void check_briefings(Builder *builder)
{
    Config *config = builder->config;
    Unique ids;
    unique_init(&ids, builder->faults);
    for (guint i = 0; i < config->n_briefings; i++) {
        g_autofree char *place = g_strdup_printf("briefings[%u]", i);
        g_autofree char *id_place = place_of(place, "id");
        unique_check(&ids, config->briefings[i].id, id_place);
        check_wall(builder, &config->briefings[i].wall, place);
    }
    unique_clear(&ids);
}

static void check_upstreams(Builder *builder)
{
    Config *config = builder->config;
    Unique ids;
    unique_init(&ids, builder->faults);
    for (guint i = 0; i < config->n_upstreams; i++) {
        g_autofree char *place = g_strdup_printf("upstreams[%u]", i);
        g_autofree char *id_place = place_of(place, "id");
        unique_check(&ids, config->upstreams[i].id, id_place);
        check_token(builder, config->upstreams[i].token, place);
    }
    unique_clear(&ids);
}

void check_cases(Builder *builder)
{
    check_alarm_tiles(builder);
    check_sources(builder);
    check_contacts(builder);
    check_rules(builder);
    check_briefings(builder);
    check_upstreams(builder);
}
