/* roster.c - a whistle's roster as a board and as JSON */
#include "wallctl/roster.h"

#include "pipelines/draw_case.h"
#include "wallctl/base/clock.h"
#include "wallctl/model/calendar.h"
#include "wallctl/model/linkage.h"
#include "wallctl/model/wall.h"

#define MINUTE_MS G_GINT64_CONSTANT(60000)

typedef struct {
    RosterSpec spec;
    RosterRow rows[ROSTER_MAX];
    GStringChunk *texts;
} Roster;

static Bitmap *draw(gconstpointer data, int width, int height, int screen_height)
{
    RosterSpec spec = ((const Roster *)data)->spec;
    spec.width = width;
    spec.height = height;
    spec.screen_height = screen_height;
    return draw_roster(&spec);
}

static void free_roster(gpointer data)
{
    g_string_chunk_free(((Roster *)data)->texts);
    g_free(data);
}

static const char *keep_time(Roster *roster, gint64 unix_ms)
{
    if (!unix_ms)
        return NULL;
    guint minute = calendar_minute(unix_ms);
    g_autofree char *text = g_strdup_printf("%02u:%02u", minute / 60, minute % 60);
    return g_string_chunk_insert(roster->texts, text);
}

WhistleClocks roster_clocks(const Config *config, const StoredWhistle *whistle)
{
    const CaseConfig *cases = &config->cases;
    gint64 raised_ms = whistle->raised_ms;
    WhistleClocks clocks = { raised_ms, whistle->ack_due_ms, whistle->arrive_due_ms };
    if (!clocks.ack_due_ms && cases->whistle_ack_minutes)
        clocks.ack_due_ms = raised_ms + cases->whistle_ack_minutes * MINUTE_MS;
    if (!clocks.arrive_due_ms && cases->whistle_arrive_minutes)
        clocks.arrive_due_ms = raised_ms + cases->whistle_arrive_minutes * MINUTE_MS;
    return clocks;
}

/* --- as JSON -----------------------------------------------------------------------------------
 */

static Json *org_json(const WhistleClocks *clocks, const WhistleOrg *org, gint64 now_ms)
{
    Json *json = json_object_new_object();
    gint64 clock_ms;
    WhistleState state = whistle_state(clocks, org->acked_ms, org->arrived_ms, now_ms, &clock_ms);
    json_add_string(json, "org", org->org);
    json_add_string(json, "state", whistle_state_word(state));
    json_add_time(json, "acked_ms", org->acked_ms);
    json_add_time(json, "arrived_ms", org->arrived_ms);
    json_add_time(json, "ack_missed_ms", org->ack_missed_ms);
    json_add_time(json, "arrival_missed_ms", org->arrival_missed_ms);
    return json;
}

/* Caller frees; NULL: not known. */
static char *dup_region(const Case *c)
{
    const char *region = c ? fields_text(&c->fields, FIELD_REGION) : NULL;
    const char *word = c ? fields_text(&c->fields, FIELD_SENSITIVITY) : NULL;
    return region ? region_dup_shown(region, sensitivity_from_word(word)) : NULL;
}

Json *roster_json(const Config *config, const StoredWhistle *whistle, const Case *c,
                  gboolean is_open)
{
    Json *json = json_object_new_object(), *orgs = json_object_new_array();
    WhistleClocks clocks = roster_clocks(config, whistle);
    gint64 now_ms = clock_unix_ms();
    for (guint i = 0; i < whistle->orgs->len; i++)
        json_object_array_add(
            orgs, org_json(&clocks, &g_array_index(whistle->orgs, WhistleOrg, i), now_ms));
    g_autofree char *region = dup_region(c);
    json_add_string(json, "case", whistle->case_code);
    json_add_known(json, "region", region);
    json_add_bool(json, "open", is_open);
    if (*whistle->by_org)
        json_add_string(json, "by", whistle->by_org);
    json_add_int(json, "raised_ms", whistle->raised_ms);
    json_add_time(json, "ack_due_ms", clocks.ack_due_ms);
    json_add_time(json, "arrive_due_ms", clocks.arrive_due_ms);
    json_add_time(json, "ended_ms", whistle->ended_ms);
    json_add(json, "orgs", orgs);
    return json;
}

/* --- as a board --------------------------------------------------------------------------------
 */

static void add_row(Roster *roster, const WhistleClocks *clocks, const WhistleOrg *org,
                    gint64 now_ms)
{
    RosterRow *row = &roster->rows[roster->spec.n++];
    *row = (RosterRow) { .org = g_string_chunk_insert(roster->texts, org->org),
                         .acknowledged_at = keep_time(roster, org->acked_ms),
                         .arrived_at = keep_time(roster, org->arrived_ms) };
    row->state = whistle_state(clocks, org->acked_ms, org->arrived_ms, now_ms, &row->clock_ms);
    row->is_untimed =
        row->state != WHISTLE_ARRIVED &&
        !(org->acked_ms ? clocks->arrive_due_ms : clocks->ack_due_ms + clocks->arrive_due_ms);
}

/* "劳动争议 · 研和街道"; of a sensitive case the category alone. */
static char *subject_of(const Config *config, const Case *c)
{
    const char *code = c ? fields_text(&c->fields, FIELD_CATEGORY) : NULL;
    const char *region_code = c ? fields_text(&c->fields, FIELD_REGION) : NULL;
    const Category *category = code ? category_find(config->words->categories, code) : NULL;
    const Region *region =
        region_code && !linkage_is_sensitive(&c->fields)
            ? region_at_level(config->words->regions, region_code, REGION_VILLAGE)
            : NULL;
    const char *name = category ? category->name : "案件";
    return region ? g_strdup_printf("%s · %s", name, region->name) : g_strdup(name);
}

void roster_put(BoardBook *book, const Config *config, const StoredWhistle *whistle, const Case *c,
                gint64 now_ms, gboolean is_dim)
{
    if (!config->words)
        return;
    Roster *roster = g_new0(Roster, 1);
    roster->texts = g_string_chunk_new(512);
    g_autofree char *subject = subject_of(config, c);
    g_autofree char *title =
        *whistle->by_org ? g_strdup_printf("%s 吹哨", whistle->by_org) : g_strdup("吹哨报到");
    roster->spec = (RosterSpec) { .title = g_string_chunk_insert(roster->texts, title),
                                  .subject = g_string_chunk_insert(roster->texts, subject),
                                  .rows = roster->rows,
                                  .is_dim = is_dim };
    WhistleClocks clocks = roster_clocks(config, whistle);
    gint64 at_ms = whistle->ended_ms ? MIN(whistle->ended_ms, now_ms) : now_ms;
    for (guint i = 0; i < whistle->orgs->len && i < ROSTER_MAX; i++)
        add_row(roster, &clocks, &g_array_index(whistle->orgs, WhistleOrg, i), at_ms);
    g_autofree char *name = g_strconcat(LEVEL_WHISTLE, whistle->case_code, NULL);
    board_book_put(book, name, title, c ? fields_text(&c->fields, FIELD_REGION) : NULL, draw,
                   roster, free_roster);
}
