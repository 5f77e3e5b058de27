/* token.c - what somebody asks for who makes a token for a machine */
#include "wallctl/model/token.h"

#include "wallctl/model/region.h"

static RightSet read_rights(Json *json, Faults *faults)
{
    RightSet rights = 0;
    Json *list = NULL;
    if (!json_get_array(json, "rights", &list, faults, "") || json_object_array_length(list) == 0) {
        faults_add(faults, "rights", "accepted: a list of rights, such as [\"wall.view\"]");
        return 0;
    }
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        Right right;
        if (json_object_is_type(item, json_type_string) &&
            right_parse(json_object_get_string(item), &right)) {
            rights |= 1u << right;
            continue;
        }
        g_autofree char *shown = json_dup_shown(item);
        faults_add(faults, "rights", "%s is no right; see GET /api/v1/rights", shown);
    }
    return rights;
}

gboolean token_request_read(Json *json, TokenRequest *request, Faults *faults)
{
    static const char *const known[] = { "rights", "region", "days" };
    guint before = faults_count(faults);
    gint64 days = TOKEN_SOME_DAYS;
    *request = (TokenRequest) { .region = "" };
    json_refuse_unknown(json, known, G_N_ELEMENTS(known), faults, "");
    request->rights = read_rights(json, faults);
    json_get_int(json, "days", 1, TOKEN_MAX_DAYS, &days, faults, "");
    request->days = (guint)days;
    json_get_string(json, "region", &request->region, faults, "");
    if (*request->region && !region_level(request->region))
        faults_add(faults, "region", "'%.20s' is no region code; accepted: 2 to 15 digits",
                   request->region);
    return faults_count(faults) == before;
}
