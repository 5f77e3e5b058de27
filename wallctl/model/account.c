/* account.c - who works here: checked, read and written as JSON */
#include "wallctl/model/account.h"

#include "wallctl/model/region.h"

#include <stdio.h>
#include <string.h>

#define DAY_MIN  (24 * 60)
#define ALL_DAYS 0x7f

static const char *const level_words[] = { NULL, "view", "operate", "edit", "override" };

gboolean account_id_is_valid(const char *id)
{
    gsize len = strlen(id);
    if (len < 2 || len > ACCOUNT_MAX_ID || !g_ascii_isalnum(id[0]))
        return FALSE;
    return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

/* --- in ----------------------------------------------------------------------------------------
 */

static gboolean is_plain(const char *text)
{
    if (!*text || g_utf8_strlen(text, -1) > ACCOUNT_MAX_TEXT)
        return FALSE;
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        if (!g_unichar_isprint(g_utf8_get_char(p)))
            return FALSE;
    }
    return TRUE;
}

static void read_text(Json *json, const char *key, char **out, Faults *faults, const char *place)
{
    const char *text = NULL;
    if (!json_get_string(json, key, &text, faults, place)) {
        if (!json_object_object_get_ex(json, key, NULL))
            faults_add(faults, key, "is missing; accepted: 1 to %d characters", ACCOUNT_MAX_TEXT);
    } else if (!is_plain(text))
        faults_add(faults, key, "accepted: 1 to %d printable characters", ACCOUNT_MAX_TEXT);
    else
        *out = g_strdup(text);
}

static void read_roles(Account *account, Json *json, Faults *faults, const char *place)
{
    Json *list = NULL;
    if (!json_get_array(json, "roles", &list, faults, place)) {
        if (!json_object_object_get_ex(json, "roles", NULL))
            faults_add(faults, "roles", "is missing; accepted: a list of roles");
        return;
    }
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        Role role;
        if (json_object_is_type(item, json_type_string) &&
            role_parse(json_object_get_string(item), &role)) {
            account->roles |= 1u << role;
            continue;
        }
        g_autofree char *shown = json_dup_shown(item);
        faults_add(faults, "roles",
                   "%s is no role; accepted: registrar, mediator, analyst, supervisor, dispatcher, "
                   "leader, auditor, sysadmin, device_admin",
                   shown);
    }
    g_autoptr(GError) error = NULL;
    if (!faults_has(faults, "roles") && !roles_check(account->roles, &error))
        faults_add(faults, "roles", "%s", error->message);
}

/* "08:30" */
static gboolean parse_minute(const char *text, guint *minute)
{
    guint hour, min;
    int used = 0;
    if (strlen(text) != 5 || sscanf(text, "%2u:%2u%n", &hour, &min, &used) != 2 || used != 5 ||
        hour > 23 || min > 59)
        return FALSE;
    *minute = hour * 60 + min;
    return TRUE;
}

static void read_minute(Json *json, const char *key, guint *out, Faults *faults, const char *place)
{
    const char *text = NULL;
    if (json_get_string(json, key, &text, faults, place) && !parse_minute(text, out))
        faults_add(faults, place, "%s: '%.20s' is no time of day; accepted: 00:00 to 23:59", key,
                   text);
}

static void read_days(Json *json, WallGrant *grant, Faults *faults, const char *place)
{
    Json *list = NULL;
    if (!json_get_array(json, "days", &list, faults, place))
        return;
    grant->days = 0;
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        gint64 day = json_object_is_type(item, json_type_int) ? json_object_get_int64(item) : 0;
        if (day < 1 || day > 7) {
            faults_add(faults, place, "days: accepted are whole numbers from 1 (Monday) to 7");
            return;
        }
        grant->days |= (guint8)(1u << (day - 1));
    }
    if (grant->days == 0)
        faults_add(faults, place, "days: at least one day is needed");
}

static void read_grant(Json *json, WallGrant *grant, Faults *faults, const char *place)
{
    static const char *const known[] = { "wall", "level", "from", "to", "days" };
    const char *wall = "", *level = "view";
    grant->level = GRANT_VIEW;
    grant->days = ALL_DAYS;
    if (!json_object_is_type(json, json_type_object)) {
        faults_add(faults, place, "accepted: an object with wall and level");
        return;
    }
    json_refuse_unknown(json, known, G_N_ELEMENTS(known), faults, place);
    json_get_string(json, "wall", &wall, faults, place);
    if (!*wall || strlen(wall) > 64)
        faults_add(faults, place, "wall: accepted: the id of a wall");
    grant->wall = g_strdup(wall);
    json_get_string(json, "level", &level, faults, place);
    guint i = 1;
    while (i < G_N_ELEMENTS(level_words) && strcmp(level, level_words[i]) != 0)
        i++;
    if (i < G_N_ELEMENTS(level_words))
        grant->level = (GrantLevel)i;
    else
        faults_add(faults, place, "level: '%.20s' is not view, operate, edit or override", level);
    read_minute(json, "from", &grant->from_min, faults, place);
    read_minute(json, "to", &grant->to_min, faults, place);
    read_days(json, grant, faults, place);
}

static void read_walls(Account *account, Json *json, Faults *faults, const char *place)
{
    Json *list = NULL;
    if (!json_get_array(json, "walls", &list, faults, place))
        return;
    gsize n = json_object_array_length(list);
    if (n > ACCOUNT_MAX_WALLS) {
        faults_add(faults, "walls", "at most %d", ACCOUNT_MAX_WALLS);
        return;
    }
    account->walls = g_new0(WallGrant, n);
    account->n_walls = (guint)n;
    for (guint i = 0; i < n; i++) {
        g_autofree char *at = g_strdup_printf("walls[%u]", i);
        read_grant(json_object_array_get_idx(list, i), &account->walls[i], faults, at);
    }
}

Account *account_from_json(Json *json, Faults *faults, const char *place)
{
    static const char *const known[] = { "id",     "name",  "unit",    "roles",
                                         "region", "walls", "disabled" };
    guint before = faults_count(faults);
    g_autoptr(Account) account = g_new0(Account, 1);
    account->refs = 1;
    const char *id = "", *region = "";
    json_refuse_unknown(json, known, G_N_ELEMENTS(known), faults, place);
    json_get_string(json, "id", &id, faults, place);
    if (!account_id_is_valid(id))
        faults_add(faults, "id",
                   "'%.40s': accepted: 2 to %d of a-z, 0-9, '.', '_', '-', first a letter or digit",
                   id, ACCOUNT_MAX_ID);
    account->id = g_strdup(id);
    read_text(json, "name", &account->name, faults, place);
    read_text(json, "unit", &account->unit, faults, place);
    read_roles(account, json, faults, place);
    json_get_string(json, "region", &region, faults, place);
    if (*region && !region_level(region))
        faults_add(faults, "region", "'%.20s' is no region code; accepted: 2 to 15 digits", region);
    account->region = g_strdup(region);
    read_walls(account, json, faults, place);
    json_get_bool(json, "disabled", &account->is_disabled, faults, place);
    return faults_count(faults) == before ? g_steal_pointer(&account) : NULL;
}

/* --- out ---------------------------------------------------------------------------------------
 */

static Json *grant_json(const WallGrant *grant)
{
    Json *json = json_object_new_object();
    json_add_string(json, "wall", grant->wall);
    json_add_string(json, "level", level_words[grant->level]);
    if (grant->from_min != grant->to_min) {
        g_autofree char *from =
            g_strdup_printf("%02u:%02u", grant->from_min / 60, grant->from_min % 60);
        g_autofree char *to = g_strdup_printf("%02u:%02u", grant->to_min / 60, grant->to_min % 60);
        json_add_string(json, "from", from);
        json_add_string(json, "to", to);
    }
    if (grant->days != ALL_DAYS) {
        Json *days = json_object_new_array();
        for (int day = 1; day <= 7; day++) {
            if (grant->days >> (day - 1) & 1)
                json_object_array_add(days, json_object_new_int(day));
        }
        json_add(json, "days", days);
    }
    return json;
}

Json *account_to_json(const Account *account)
{
    Json *json = json_object_new_object(), *roles = json_object_new_array();
    json_add_string(json, "id", account->id);
    json_add_string(json, "name", account->name);
    json_add_string(json, "unit", account->unit);
    for (guint i = 1; i < N_ROLES; i++) {
        if (account->roles >> i & 1)
            json_object_array_add(roles, json_object_new_string(role_word((Role)i)));
    }
    json_add(json, "roles", roles);
    json_add_known(json, "region", account->region);
    if (account->n_walls) {
        Json *walls = json_object_new_array();
        for (guint i = 0; i < account->n_walls; i++)
            json_object_array_add(walls, grant_json(&account->walls[i]));
        json_add(json, "walls", walls);
    }
    if (account->is_disabled)
        json_add_bool(json, "disabled", TRUE);
    return json;
}

Account *account_ref(Account *account)
{
    g_atomic_int_inc(&account->refs);
    return account;
}

void account_unref(Account *account)
{
    if (!account || !g_atomic_int_dec_and_test(&account->refs))
        return;
    for (guint i = 0; i < account->n_walls; i++)
        g_free(account->walls[i].wall);
    g_free(account->walls);
    g_free(account->id);
    g_free(account->name);
    g_free(account->unit);
    g_free(account->region);
    g_free(account);
}

gboolean wall_grant_holds(const WallGrant *grant, guint week_min)
{
    guint day = week_min / DAY_MIN, minute = week_min % DAY_MIN;
    guint from = grant->from_min, to = grant->to_min;
    gboolean is_day = grant->days >> day & 1, was_day = grant->days >> (day + 6) % 7 & 1;
    if (from == to)
        return is_day;
    if (from < to)
        return is_day && minute >= from && minute < to;
    return (is_day && minute >= from) || (was_day && minute < to);
}
