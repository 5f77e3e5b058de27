/* event_scope.c - who may hear of which event */
#include "wallctl/event_scope.h"

#include <string.h>

/* By the first word of the name: what can be heard is what could be asked for. */
static const struct {
    const char *topic;
    Right right;
    gboolean has_region; /* data says whose */
} topics[] = {
    { "wall", RIGHT_WALL_VIEW, FALSE },    { "presets", RIGHT_WALL_VIEW, FALSE },
    { "tour", RIGHT_WALL_VIEW, FALSE },    { "camera", RIGHT_CAMERA_LIST, TRUE },
    { "case", RIGHT_CASE_READ, TRUE },     { "cases", RIGHT_CASE_READ, FALSE },
    { "alarm", RIGHT_CASE_READ, TRUE },    { "whistle", RIGHT_CASE_READ, TRUE },
    { "order", RIGHT_CASE_READ, TRUE },    { "briefing", RIGHT_BOARD_READ, FALSE },
    { "rule", RIGHT_CASE_READ, FALSE },    { "config", RIGHT_STATUS_READ, FALSE },
    { "load", RIGHT_STATUS_READ, FALSE },  { "output", RIGHT_STATUS_READ, FALSE },
    { "store", RIGHT_STATUS_READ, FALSE }, { "source", RIGHT_HEALTH_READ, FALSE },
    { "link", RIGHT_HEALTH_READ, FALSE },  { "retention", RIGHT_SYSTEM_ADMIN, FALSE },
    { "audit", RIGHT_AUDIT_READ, FALSE },  { "approval", RIGHT_SIGNED_IN, FALSE },
    { "audit", RIGHT_AUDIT_READ, FALSE },  { "evidence", RIGHT_CASE_READ, TRUE },
};

static const char *text_of(Json *data, const char *key)
{
    Json *value;
    return json_object_object_get_ex(data, key, &value) &&
                   json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : "";
}

static gboolean is_topic(const char *name, const char *topic)
{
    gsize len = strlen(topic);
    return strncmp(name, topic, len) == 0 && name[len] == '.';
}

WebScope event_scope(const char *name, Json *data, const Config *config)
{
    WebScope scope = { RIGHT_SYSTEM_ADMIN, NULL,
                       NULL }; /* of what nobody has thought: the fewest */
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++) {
        if (!is_topic(name, topics[i].topic))
            continue;
        scope.right = topics[i].right;
        scope.region = topics[i].has_region ? text_of(data, "region") : NULL;
    }
    if (is_topic(name, "order"))
        scope.unit = text_of(data, "to");
    if (scope.right == RIGHT_CAMERA_LIST) {
        const Camera *camera = config_camera(config, text_of(data, "id"));
        scope.region = camera ? camera->region : "";
    }
    return scope;
}
