/* case_scene.c - one case on the wall */
#include "wallctl/case_scene.h"

#include "pipelines/draw_case.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/scene_open.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define CLOCK_MS     20000 /* the countdown on a card goes on */
#define NEAREST      3
#define NEAREST_M    2000
#define ONE_TILE     "1"
#define WITH_VIEWS   "4" /* the card and up to three cameras */
#define N_WITH_VIEWS 4

struct CaseScenes {
    Controller *controller;
    BoardBook *book;
    GHashTable *open;    /* code -> Case: those whose card may be on a wall */
    GHashTable *alarms;  /* code -> Severity of the alarms that are open about it */
    GPtrArray *restores; /* Restore: being read */
    guint timer;
};

/* A card that is read again at the start. */
typedef struct {
    CaseScenes *scenes; /* NULL: they are gone */
} Restore;

/* --- card --------------------------------------------------------------------------------------
 */

typedef struct {
    CardSpec spec;
    GStringChunk *texts;
    const char *stages[VOCABULARY_MAX_STAGES];
} Card;

static Bitmap *draw(gconstpointer data, int width, int height, int screen_height)
{
    CardSpec spec = ((const Card *)data)->spec;
    spec.width = width;
    spec.height = height;
    spec.screen_height = screen_height;
    return draw_card(&spec);
}

static void free_card(gpointer data)
{
    g_string_chunk_free(((Card *)data)->texts);
    g_free(data);
}

static const char *keep(Card *card, const char *text)
{
    return text ? g_string_chunk_insert(card->texts, text) : NULL;
}

static Risk risk_of(const Case *c)
{
    const char *word = fields_text(&c->fields, FIELD_RISK);
    if (!word)
        return RISK_NONE;
    return strcmp(word, "high") == 0 ? RISK_HIGH : strcmp(word, "mid") == 0 ? RISK_MID : RISK_LOW;
}

/* The clock that runs out first. */
static void set_clock(Card *card, const Config *config, const Case *c)
{
    const DeadlinePolicy *policy = case_data_policy(config->words, config->cases.deadlines);
    Deadline list[DEADLINE_MAX];
    gint64 now_ms = clock_unix_ms();
    const Deadline *first = NULL;
    guint n = deadline_list(policy, c, config->words->calendar, now_ms, list);
    for (guint i = 0; i < n; i++) {
        if (!list[i].done_ms && (!first || list[i].due_ms < first->due_ms))
            first = &list[i];
    }
    if (!first)
        return;
    card->spec.term = keep(card, first->rule->name);
    card->spec.countdown =
        (Countdown) { first->due_ms - now_ms, deadline_used(first, now_ms), first->is_paused };
}

static void set_stages(Card *card, const Config *config, const Case *c)
{
    const Vocabulary *words = case_data_vocabulary(config->words, config->cases.vocabulary);
    card->spec.n_stages = vocabulary_n_stages(words);
    for (guint i = 0; i < card->spec.n_stages; i++)
        card->stages[i] = keep(card, vocabulary_stage_name(words, i));
    card->spec.stages = card->stages;
    card->spec.present = vocabulary_stage(words, c->state);
}

const Contact *case_scene_contact(const Config *config, const Case *c)
{
    const char *region = fields_text(&c->fields, FIELD_REGION);
    if (!region)
        return NULL;
    Sensitivity sensitivity = sensitivity_from_word(fields_text(&c->fields, FIELD_SENSITIVITY));
    g_autofree char *shown = region_dup_shown(region, sensitivity);
    return contact_of_region(config->contacts, config->n_contacts, shown);
}

static Card *new_card(const Config *config, const Case *c, Severity alarm)
{
    Card *card = g_new0(Card, 1);
    card->texts = g_string_chunk_new(512);
    const char *code = fields_text(&c->fields, FIELD_CATEGORY);
    const char *region_code = fields_text(&c->fields, FIELD_REGION);
    const Category *category = code ? category_find(config->words->categories, code) : NULL;
    const Region *region =
        region_code ? region_at_level(config->words->regions, region_code, REGION_VILLAGE) : NULL;
    const Contact *contact = case_scene_contact(config, c);
    card->spec = (CardSpec) {
        .code = keep(card, c->code),
        .category = keep(card, category ? category->name : "案件"),
        .region = keep(card, region ? region->name : ""),
        .is_sensitive = linkage_is_sensitive(&c->fields),
        .severity = alarm ? alarm : linkage_severity(c->last, &c->fields),
        .risk = risk_of(c),
        .badge = c->supervise    ? "督办"
                 : c->n_whistles ? "吹哨"
                                 : NULL,
        .lead_org = keep(card, fields_text(&c->fields, FIELD_LEAD_ORG)),
        .owner_title = keep(card, fields_text(&c->fields, FIELD_OWNER_TITLE)),
        .contact = keep(card, contact ? contact->name : NULL),
        .phone = keep(card, contact ? contact->phone : NULL),
    };
    set_stages(card, config, c);
    set_clock(card, config, c);
    return card;
}

static void put_card(CaseScenes *scenes, const Case *c)
{
    g_autofree char *name = g_strconcat(LEVEL_CASE, c->code, NULL);
    Severity alarm = (Severity)GPOINTER_TO_INT(g_hash_table_lookup(scenes->alarms, c->code));
    g_autofree char *title = g_strconcat("案件 ", c->code, NULL);
    board_book_put(scenes->book, name, title, fields_text(&c->fields, FIELD_REGION), draw,
                   new_card(controller_config(scenes->controller), c, alarm), free_card);
}

/* --- open ones ---------------------------------------------------------------------------------
 */

/* The scene of a whistle shows the card, too. */
static gboolean is_on_a_wall(const CaseScenes *scenes, const char *code)
{
    return scene_is_open(scenes->controller, LEVEL_CASE, code) ||
           scene_is_open(scenes->controller, LEVEL_WHISTLE, code);
}

static void put_all(CaseScenes *scenes)
{
    GHashTableIter iter;
    gpointer c;
    if (!controller_config(scenes->controller)->words)
        return;
    g_hash_table_iter_init(&iter, scenes->open);
    while (g_hash_table_iter_next(&iter, NULL, &c)) {
        if (is_on_a_wall(scenes, ((const Case *)c)->code))
            put_card(scenes, c);
        else
            g_hash_table_iter_remove(&iter);
    }
}

static gboolean on_timer(gpointer user)
{
    put_all(user);
    return G_SOURCE_CONTINUE;
}

void case_scenes_reload(CaseScenes *scenes)
{
    assert_control_thread();
    put_all(scenes);
}

void case_scenes_set_alarm(CaseScenes *scenes, const char *code, Severity severity)
{
    assert_control_thread();
    Severity known = (Severity)GPOINTER_TO_INT(g_hash_table_lookup(scenes->alarms, code));
    if (MAX(known, SEVERITY_NONE) == severity)
        return;
    if (severity > SEVERITY_NONE)
        g_hash_table_insert(scenes->alarms, g_strdup(code), GINT_TO_POINTER(severity));
    else
        g_hash_table_remove(scenes->alarms, code);
    const Case *c = g_hash_table_lookup(scenes->open, code);
    if (c && controller_config(scenes->controller)->words)
        put_card(scenes, c);
}

void case_scenes_note(CaseScenes *scenes, Case *c)
{
    if (!g_hash_table_contains(scenes->open, c->code))
        return;
    g_hash_table_replace(scenes->open, g_strdup(c->code), case_ref(c));
    put_card(scenes, c);
}

/* --- the scene ---------------------------------------------------------------------------------
 */

guint case_scene_cameras(const Config *config, const Case *c,
                         const char *cameras[LINKAGE_MAX_CAMERAS])
{
    LinkageRule *rule = linkage_rule_new();
    rule->of_place = TRUE;
    rule->nearest = NEAREST;
    rule->radius_m = NEAREST_M;
    guint n = linkage_pick(rule, &c->fields, config->cameras, cameras);
    linkage_rule_free(rule);
    return MIN(n, NEAREST);
}

void case_scenes_keep(CaseScenes *scenes, Case *c)
{
    g_hash_table_replace(scenes->open, g_strdup(c->code), case_ref(c));
    if (controller_config(scenes->controller)->words)
        put_card(scenes, c);
}

Command *case_scenes_open(CaseScenes *scenes, const char *wall, Case *c, const char *actor,
                          GError **error)
{
    assert_control_thread();
    const Config *config = controller_config(scenes->controller);
    if (!config->words) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "this site is not set up for cases",
                       "本站点没有配置案件");
        return NULL;
    }
    const char *sources[1 + LINKAGE_MAX_CAMERAS];
    guint n = case_scene_cameras(config, c, sources + 1);
    g_autofree char *label = g_strconcat(LEVEL_CASE, c->code, NULL);
    g_autofree char *card = g_strconcat(BOARD_PREFIX, label, NULL);
    sources[0] = card;
    if (n == 1 || n == 2) { /* no tile stays empty */
        sources[n + 1] = BOARD_PREFIX "map";
        sources[n + 2] = BOARD_PREFIX "deadlines";
    }
    Command *open = scene_open_command(scenes->controller, wall, label, n ? WITH_VIEWS : ONE_TILE,
                                       sources, n ? N_WITH_VIEWS : 1, actor, error);
    if (open)
        case_scenes_keep(scenes, c);
    return open;
}

/* --- start -------------------------------------------------------------------------------------
 */

static void on_restored(Case *c, const GError *error, gpointer user)
{
    Restore *restore = user;
    if (restore->scenes)
        g_ptr_array_remove_fast(restore->scenes->restores, restore);
    if (restore->scenes && c && is_on_a_wall(restore->scenes, c->code))
        case_scenes_keep(restore->scenes, c);
    if (error)
        log_warning(BOARD, "the card of an open case is not there: %s", error->message);
    g_free(restore);
}

static void restore_level(CaseScenes *scenes, Reader *reader, const char *label)
{
    const char *prefixes[] = { LEVEL_CASE, LEVEL_WHISTLE };
    for (guint i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (!g_str_has_prefix(label, prefixes[i]))
            continue;
        Restore *restore = g_new(Restore, 1);
        restore->scenes = scenes;
        g_ptr_array_add(scenes->restores, restore);
        case_query_get_async(reader, label + strlen(prefixes[i]), on_restored, restore);
    }
}

/* Walls come back with what was open over them. */
static void restore_levels(CaseScenes *scenes, Reader *reader)
{
    for (guint i = 0; i < controller_count(scenes->controller); i++) {
        const Wall *wall =
            controller_wall(scenes->controller, controller_wall_id(scenes->controller, i));
        restore_level(scenes, reader, wall->label);
        for (guint k = 0; k < wall->below->len; k++)
            restore_level(scenes, reader, ((const WallLevel *)wall->below->pdata[k])->label);
    }
}

CaseScenes *case_scenes_new(Controller *controller, BoardBook *book, Reader *reader)
{
    CaseScenes *scenes = g_new0(CaseScenes, 1);
    scenes->controller = controller;
    scenes->book = book;
    scenes->open =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)case_unref);
    scenes->alarms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scenes->restores = g_ptr_array_new();
    scenes->timer = g_timeout_add(CLOCK_MS, on_timer, scenes);
    restore_levels(scenes, reader);
    return scenes;
}

void case_scenes_free(CaseScenes *scenes)
{
    if (!scenes)
        return;
    g_source_remove(scenes->timer);
    for (guint i = 0; i < scenes->restores->len; i++)
        ((Restore *)scenes->restores->pdata[i])->scenes = NULL;
    g_ptr_array_unref(scenes->restores);
    g_hash_table_unref(scenes->open);
    g_hash_table_unref(scenes->alarms);
    g_free(scenes);
}
