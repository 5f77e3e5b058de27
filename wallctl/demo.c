/* demo.c - synthetic events of a demonstration */
#include "wallctl/demo.h"

#include "config/file.h"
#include "wallctl/base/error.h"
#include "wallctl/base/instant.h"
#include "wallctl/model/calendar.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_FILE    (1024 * 1024)
#define MAX_COUNT   100000
#define MINUTE_MS   G_GINT64_CONSTANT(60000)
#define DAY_MS      (24 * 60 * MINUTE_MS)
#define FIRST_HOUR  8 /* people report by day */
#define LAST_HOUR   20
#define JITTER      20000 /* millionths of a degree around a township's middle */
#define TIME_WORD   "time"
#define DIGITS_TOWN 9

/* --- the file ----------------------------------------------------------------------------------
 */

static Json *read_scenario(const char *path, GError **error)
{
    gsize len;
    g_autofree char *text = file_read(path, MAX_FILE, &len, NULL, error);
    Json *scenario = text ? json_parse(text, len, MAX_FILE, JSON_COMMENTS, error) : NULL;
    if (text && !scenario)
        g_prefix_error(error, "%s: ", path);
    return scenario;
}

static const char *text_of(Json *object, const char *key)
{
    Json *value = NULL;
    return json_object_is_type(object, json_type_object) &&
                   json_object_object_get_ex(object, key, &value) &&
                   json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : NULL;
}

/* NULL where array is none, or too short. */
static Json *item_at(Json *array, gsize index)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_get_idx(array, index)
                                                       : NULL;
}

/* The file whose alias is name; names gets all that are there. */
static Json *find_alias(const char *dir, const char *name, GString *names)
{
    g_autoptr(GDir) folder = g_dir_open(dir, 0, NULL);
    g_autoptr(Json) found = NULL;
    const char *file;
    while (folder && (file = g_dir_read_name(folder))) {
        if (!g_str_has_suffix(file, ".json"))
            continue;
        g_autofree char *path = g_build_filename(dir, file, NULL);
        g_autoptr(Json) scenario = read_scenario(path, NULL);
        g_string_append_printf(names, "%s%.*s", names->len ? ", " : "", (int)strlen(file) - 5,
                               file);
        if (!found && g_strcmp0(text_of(scenario, "alias"), name) == 0)
            found = g_steal_pointer(&scenario);
    }
    return g_steal_pointer(&found);
}

Json *demo_load(const char *dir, const char *name, GError **error)
{
    if (strchr(name, '/'))
        return read_scenario(name, error);
    g_autofree char *file = g_strconcat(name, ".json", NULL);
    g_autofree char *path = g_build_filename(dir, file, NULL);
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return read_scenario(path, error);
    GString *names = g_string_new(NULL);
    Json *found = find_alias(dir, name, names);
    if (!found)
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND,
                    "there is no such scenario; accepted: %s, or a path", names->str);
    g_string_free(names, TRUE);
    return found;
}

/* --- words and forms ---------------------------------------------------------------------------
 */

typedef struct {
    Json *scenario;
    const DemoRun *run;
    GPtrArray *towns; /* const Region *: in which cases happen */
    gint64 villages;
    GPtrArray *items;
    GRand *random; /* of the flow */
    Faults *faults;
} Build;

/* The moment of "+20d" behind text; *text is moved past it. */
static gint64 shifted(const Build *build, const char **text, gint64 time_ms)
{
    static const struct {
        char unit;
        gint64 ms;
    } units[] = { { 'd', DAY_MS }, { 'h', 60 * MINUTE_MS }, { 'm', MINUTE_MS }, { 's', 1000 } };
    if (**text != '+')
        return time_ms;
    char *end;
    guint64 n = MIN(g_ascii_strtoull(*text + 1, &end, 10), 100000);
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (*end != units[i].unit)
            continue;
        double speed = *end == 's' ? build->run->speed : 1;
        *text = end + 1;
        return time_ms + (gint64)((double)((gint64)n * units[i].ms) / speed);
    }
    return time_ms; /* what is left is no format, and told as such */
}

static GDateTime *local_time(gint64 unix_ms)
{
    return g_date_time_new_from_unix_utc(unix_ms / 1000 + CALENDAR_OFFSET_MIN * 60);
}

/* What stands between the braces; NULL: there is no such word. Caller frees. */
static char *word_of(const Build *build, const char *word, GHashTable *words, gint64 time_ms)
{
    const char *rest = word + strlen(TIME_WORD);
    if (g_str_has_prefix(word, TIME_WORD) && (*rest == ':' || *rest == '+')) {
        gint64 moment = shifted(build, &rest, time_ms);
        g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CALENDAR_OFFSET_MIN * 60);
        g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(moment / 1000);
        g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
        return *rest == ':' ? g_date_time_format(local, rest + 1) : NULL;
    }
    return g_strdup(g_hash_table_lookup(words, word));
}

/* text with its words put in. NULL: one of them is unknown; an optional one is no fault. */
static char *expand(const Build *build, const char *text, GHashTable *words, gint64 time_ms)
{
    g_autoptr(GString) out = g_string_new(NULL);
    while (*text) {
        const char *open = strchr(text, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            g_string_append(out, text);
            break;
        }
        gboolean is_optional = open[1] == '?';
        const char *from = open + 1 + is_optional;
        from += *from == '#';
        g_autofree char *word = g_strndup(from, (gsize)(close - from));
        g_autofree char *value = word_of(build, word, words, time_ms);
        if (!value) {
            if (!is_optional)
                faults_add(build->faults, "records", "{%s} is not known here", word);
            return NULL;
        }
        g_string_append_len(out, text, open - text);
        g_string_append(out, value);
        text = close + 1;
    }
    return g_strdup(out->str);
}

static Json *number_from(const char *text)
{
    return strchr(text, '.') ? json_object_new_double_s(g_ascii_strtod(text, NULL), text)
                             : json_object_new_int64(g_ascii_strtoll(text, NULL, 10));
}

/* The form filled in; NULL where an optional word is missing. */
static Json *fill(const Build *build, Json *form, GHashTable *words, gint64 time_ms)
{
    if (json_object_is_type(form, json_type_object)) {
        Json *object = json_object_new_object();
        json_object_object_foreach (form, key, value) {
            Json *filled = fill(build, value, words, time_ms);
            if (filled)
                json_object_object_add(object, key, filled);
        }
        return object;
    }
    if (!json_object_is_type(form, json_type_string))
        return json_object_get(form);
    const char *text = json_object_get_string(form);
    g_autofree char *value = expand(build, text, words, time_ms);
    if (!value)
        return NULL;
    gboolean is_number = g_str_has_prefix(text, "{#") || g_str_has_prefix(text, "{?#");
    return is_number ? number_from(value) : json_object_new_string(value);
}

static void free_item(gpointer data)
{
    DemoItem *item = data;
    char *texts[] = { item->platform, item->key,    item->id,   item->type,
                      item->subject,  item->camera, item->fault };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    json_object_put(item->data);
    g_free(item);
}

static void add_record(Build *build, const char *name, GHashTable *words, gint64 at_ms,
                       gint64 time_ms, const char *place)
{
    Json *records = NULL, *record = NULL, *form = NULL;
    json_get_object(build->scenario, "records", &records, build->faults, "");
    if (!name || !records || !json_object_object_get_ex(records, name, &record) ||
        !json_object_object_get_ex(record, "data", &form) || !text_of(record, "platform") ||
        !text_of(record, "id")) {
        faults_add(build->faults, place,
                   "needs \"record\": the name of one with platform, id and data");
        return;
    }
    DemoItem *item = g_new0(DemoItem, 1);
    const char *type = text_of(record, "type"), *subject = text_of(record, "subject");
    item->at_ms = at_ms;
    item->time_ms = time_ms;
    item->platform = g_strdup(text_of(record, "platform"));
    item->id = expand(build, text_of(record, "id"), words, time_ms);
    item->key = g_strdup(g_hash_table_contains(words, "code") ? g_hash_table_lookup(words, "code")
                                                              : item->id);
    item->type =
        type ? expand(build, type, words, time_ms) : g_strconcat(item->platform, ".record", NULL);
    item->subject = subject ? expand(build, subject, words, time_ms) : NULL;
    item->data = fill(build, form, words, time_ms);
    g_ptr_array_add(build->items, item);
}

/* --- drawing -----------------------------------------------------------------------------------
 */

static GHashTable *copy_words(GHashTable *words)
{
    GHashTable *copy = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, words);
    while (g_hash_table_iter_next(&iter, &key, &value))
        g_hash_table_insert(copy, g_strdup(key), g_strdup(value));
    return copy;
}

/* The texts and numbers among an object's own members. */
static void add_words(GHashTable *words, Json *object)
{
    if (!json_object_is_type(object, json_type_object))
        return;
    json_object_object_foreach (object, key, value) {
        if (json_object_is_type(value, json_type_string) ||
            json_object_is_type(value, json_type_int))
            g_hash_table_replace(words, g_strdup(key), g_strdup(json_object_get_string(value)));
    }
}

/* How often a row of a list comes, and what it is: "a" once, ["a", 3] three times. */
static gint64 weight_of(Json *row, Json **what)
{
    gboolean is_pair = json_object_is_type(row, json_type_array);
    *what = is_pair ? item_at(row, 0) : row;
    return is_pair ? MAX(json_object_get_int64(item_at(row, 1)), 0) : 1;
}

/* One row, those of a larger weight more often. Borrowed; NULL of an empty list. */
static Json *draw(Build *build, Json *list)
{
    gsize n = json_object_array_length(list);
    gint64 total = 0;
    Json *what = NULL;
    for (gsize i = 0; i < n; i++)
        total += weight_of(item_at(list, i), &what);
    gint64 left = (gint64)(g_rand_double(build->random) * (double)total);
    for (gsize i = 0; i < n; i++) {
        left -= weight_of(item_at(list, i), &what);
        if (left < 0)
            break;
    }
    return what;
}

static void draw_lists(Build *build, Json *from, GHashTable *words)
{
    Json *lists = NULL, *numbers = NULL;
    if (json_get_object(from, "lists", &lists, build->faults, "")) {
        json_object_object_foreach (lists, key, list) {
            Json *row = json_object_is_type(list, json_type_array) ? draw(build, list) : NULL;
            if (json_object_is_type(row, json_type_object))
                add_words(words, row);
            else if (row)
                g_hash_table_replace(words, g_strdup(key), g_strdup(json_object_get_string(row)));
        }
    }
    if (json_get_object(from, "numbers", &numbers, build->faults, "")) {
        json_object_object_foreach (numbers, key, range) {
            gint32 least = json_object_get_int(item_at(range, 0));
            gint32 most = MIN(json_object_get_int(item_at(range, 1)), MAX_COUNT);
            gint32 n = g_rand_int_range(build->random, least, MAX(most, least) + 1);
            g_hash_table_replace(words, g_strdup(key), g_strdup_printf("%d", n));
        }
    }
}

static void add_place(Build *build, GHashTable *words)
{
    if (build->towns->len == 0)
        return;
    guint n_villages = (guint)MAX(build->villages, build->towns->len);
    guint village = (guint)g_rand_int_range(build->random, 0, (gint32)n_villages);
    const Region *town = g_ptr_array_index(build->towns, village % build->towns->len);
    gint32 east = g_rand_int_range(build->random, -JITTER, JITTER);
    gint32 north = g_rand_int_range(build->random, -JITTER, JITTER);
    char lon[G_ASCII_DTOSTR_BUF_SIZE], lat[G_ASCII_DTOSTR_BUF_SIZE];
    g_hash_table_replace(words, g_strdup("town"), g_strdup(town->code));
    g_hash_table_replace(words, g_strdup("town_name"), g_strdup(town->name));
    g_hash_table_replace(
        words, g_strdup("region"),
        build->villages ? g_strdup_printf("%s%03u", town->code, 201 + village / build->towns->len)
                        : g_strdup(town->code));
    if (!town->has_place)
        return;
    g_ascii_formatd(lon, sizeof lon, "%.6f", (town->lon + east) / 1e6);
    g_ascii_formatd(lat, sizeof lat, "%.6f", (town->lat + north) / 1e6);
    g_hash_table_replace(words, g_strdup("lng"), g_strdup(lon));
    g_hash_table_replace(words, g_strdup("lat"), g_strdup(lat));
}

static char *dup_code(const Build *build, const char *prefix, gint64 number)
{
    g_autofree char *seed =
        build->run->seed == 1 ? g_strdup("") : g_strdup_printf("S%u-", build->run->seed);
    g_autoptr(GDateTime) local = local_time(build->run->start_ms);
    g_autofree char *day = g_date_time_format(local, "%Y%m%d");
    return g_strdup_printf("%s%s%s-%04" G_GINT64_FORMAT, prefix, seed, day, number);
}

/* --- history -----------------------------------------------------------------------------------
 */

/* Whole days, so that the first case opens at the time of day of the start. */
static gint64 days_of(const Build *build)
{
    gint64 days = 1;
    gboolean is_this_year = FALSE;
    json_get_int(build->scenario, "days", 1, 3650, &days, build->faults, "");
    json_get_bool(build->scenario, "this_year", &is_this_year, build->faults, "");
    if (!is_this_year)
        return days;
    g_autoptr(GDateTime) local = local_time(build->run->start_ms);
    return CLAMP(g_date_time_get_day_of_year(local) - 1, 1, days);
}

/* Case number i of n. The first one is at the very beginning: by it a later run finds the start. */
static gint64 opened_ms(Build *build, gint64 i, gint64 n)
{
    gint64 start_ms = build->run->start_ms, span_ms = days_of(build) * DAY_MS;
    double where = ((double)i + g_rand_double(build->random)) / (double)n;
    gint32 minute = g_rand_int_range(build->random, FIRST_HOUR * 60, LAST_HOUR * 60);
    gint32 second = g_rand_int_range(build->random, 0, 60);
    gint32 recent = g_rand_int_range(build->random, 10, 360);
    if (i == 0)
        return start_ms - span_ms;
    gint32 day = calendar_day(start_ms - span_ms + (gint64)(where * (double)span_ms));
    gint64 time_ms = calendar_end_of_day(day - 1) + 1000 + minute * MINUTE_MS + second * 1000;
    time_ms = MAX(time_ms, start_ms - span_ms);
    return time_ms < start_ms - 10 * MINUTE_MS ? time_ms : start_ms - recent * MINUTE_MS;
}

/* Minutes of every step after the opening, drawn; shortened so that all of it lies before the start. */
static double *draw_delays(Build *build, Json *steps, gint64 available_ms)
{
    gsize n = json_object_array_length(steps);
    double *ms = g_new0(double, n + 1), total = 0;
    for (gsize i = 0; i < n; i++) {
        Json *step = item_at(steps, i), *range = NULL;
        if (json_object_object_get_ex(step, "after_min", &range)) {
            double least = json_object_get_double(item_at(range, 0));
            double most = json_object_get_double(item_at(range, 1));
            total += (least + g_rand_double(build->random) * MAX(most - least, 0)) * MINUTE_MS;
        }
        ms[i] = total;
    }
    double scale = total > (double)available_ms ? (double)available_ms / total : 1;
    for (gsize i = 0; i < n; i++)
        ms[i] *= scale;
    return ms;
}

static void add_case(Build *build, Json *flow, Json *path, gint64 number, gint64 n,
                     const char *place)
{
    g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Json *steps = NULL;
    gint64 opened = opened_ms(build, number - 1, n);
    add_place(build, words);
    draw_lists(build, build->scenario, words);
    draw_lists(build, flow, words);
    add_words(words, flow);
    add_words(words, path);
    g_hash_table_replace(words, g_strdup("code"), dup_code(build, text_of(flow, "code"), number));
    g_hash_table_replace(words, g_strdup("n"), g_strdup_printf("%" G_GINT64_FORMAT, number));
    if (!json_get_array(path, "steps", &steps, build->faults, place)) {
        faults_add(build->faults, place, "needs \"steps\"");
        return;
    }
    g_autofree double *delays =
        draw_delays(build, steps, build->run->start_ms - opened - MINUTE_MS);
    for (gsize i = 0; i < json_object_array_length(steps); i++) {
        Json *step = item_at(steps, i);
        g_autoptr(GHashTable) own = copy_words(words);
        add_words(own, step);
        g_hash_table_replace(own, g_strdup("step"), g_strdup_printf("%zu", i + 1));
        const char *record = g_hash_table_lookup(own, "record");
        add_record(build, record, own, 0, opened + (gint64)delays[i], place);
    }
}

static void add_flow(Build *build, Json *flow, guint index)
{
    g_autofree char *place = g_strdup_printf("flows[%u]", index);
    gint64 n = 0, done = 0;
    Json *paths = NULL;
    build->random = g_rand_new_with_seed(build->run->seed * 1000 + index);
    json_get_int(flow, "count", 1, MAX_COUNT, &n, build->faults, place);
    if (!text_of(flow, "code") || !json_get_array(flow, "paths", &paths, build->faults, place))
        faults_add(build->faults, place, "needs \"code\" and \"paths\"");
    for (gsize i = 0; paths && i < json_object_array_length(paths); i++) {
        Json *path = item_at(paths, i);
        gint64 own = 0;
        json_get_int(path, "count", 1, MAX_COUNT, &own, build->faults, place);
        for (gint64 k = 0; k < own && faults_count(build->faults) == 0; k++)
            add_case(build, flow, path, ++done, n, place);
    }
    if (done != n)
        faults_add(build->faults, place,
                   "the counts of its paths are %" G_GINT64_FORMAT " together", done);
    g_rand_free(build->random);
}

/* --- script ------------------------------------------------------------------------------------
 */

static void add_scripted(Build *build, Json *line, GHashTable *run_words, guint index)
{
    g_autofree char *place = g_strdup_printf("script[%u]", index);
    double at_s = 0;
    json_get_double(line, "at_s", 0, 86400, &at_s, build->faults, place);
    gint64 at_ms = (gint64)(at_s * 1000 / build->run->speed);
    if (text_of(line, "camera")) {
        DemoItem *item = g_new0(DemoItem, 1);
        item->at_ms = at_ms;
        item->time_ms = build->run->start_ms + at_ms;
        item->camera = g_strdup(text_of(line, "camera"));
        item->fault = g_strdup(text_of(line, "fault"));
        if (!item->fault)
            faults_add(build->faults, place, "needs \"fault\"");
        g_ptr_array_add(build->items, item);
        return;
    }
    g_autoptr(GHashTable) words = copy_words(run_words);
    add_words(words, line);
    g_hash_table_replace(words, g_strdup("line"), g_strdup_printf("%u", index + 1));
    add_record(build, text_of(line, "record"), words, at_ms, build->run->start_ms + at_ms, place);
}

/* "{run}" tells one showing from another: the cases of each are its own. */
static void add_script(Build *build, Json *script)
{
    g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GDateTime) local = local_time(build->run->start_ms);
    g_hash_table_insert(words, g_strdup("run"), g_date_time_format(local, "%Y%m%d-%H%M%S"));
    for (gsize i = 0; i < json_object_array_length(script); i++)
        add_scripted(build, item_at(script, i), words, (guint)i);
}

/* --- public ------------------------------------------------------------------------------------
 */

static int compare_items(gconstpointer a, gconstpointer b)
{
    const DemoItem *x = *(DemoItem *const *)a, *y = *(DemoItem *const *)b;
    gint64 at = x->at_ms - y->at_ms, time = x->time_ms - y->time_ms;
    return at ? (at > 0) - (at < 0) : (time > 0) - (time < 0);
}

static void find_towns(Build *build)
{
    const char *region = text_of(build->scenario, "region");
    json_get_int(build->scenario, "villages", 1, MAX_COUNT, &build->villages, build->faults, "");
    for (guint i = 0; region && i < region_count(build->run->regions); i++) {
        const Region *town = region_at(build->run->regions, i);
        if (strlen(town->code) == DIGITS_TOWN && region_is_inside(town->code, region))
            g_ptr_array_add(build->towns, (gpointer)town);
    }
    if (build->towns->len == 0)
        faults_add(build->faults, "region", "no township of the site's regions lies inside it");
}

GPtrArray *demo_items(Json *scenario, const DemoRun *run, GError **error)
{
    g_autoptr(Faults) faults = faults_new("scenario", 8);
    g_autoptr(GPtrArray) towns = g_ptr_array_new();
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(free_item);
    Build build = { scenario, run, towns, 0, items, NULL, faults };
    Json *flows = NULL, *script = NULL;
    find_towns(&build);
    if (json_get_array(scenario, "flows", &flows, faults, "")) {
        for (gsize i = 0; i < json_object_array_length(flows); i++)
            add_flow(&build, item_at(flows, i), (guint)i);
    }
    if (json_get_array(scenario, "script", &script, faults, ""))
        add_script(&build, script);
    if (faults_count(faults) > 0) {
        g_autofree char *text = faults_dup_text(faults);
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s", g_strchomp(text));
        return NULL;
    }
    g_ptr_array_sort(items, compare_items);
    return g_steal_pointer(&items);
}

Json *demo_dup_event(const DemoItem *item, const char *source)
{
    Json *json = json_object_new_object();
    g_autofree char *time = instant_format(item->time_ms, CALENDAR_OFFSET_MIN);
    json_add_string(json, "specversion", "1.0");
    json_add_string(json, "id", item->id);
    json_add_string(json, "source", source);
    json_add_string(json, "type", item->type);
    json_add_string(json, "time", time);
    json_add_string(json, "subject", item->subject);
    json_add_string(json, "datacontenttype", "application/json");
    json_add(json, "data", json_object_get(item->data));
    return json;
}

char *demo_dup_prefix(Json *scenario, guint seed)
{
    Json *flows = NULL;
    if (!json_object_object_get_ex(scenario, "flows", &flows) ||
        !json_object_is_type(flows, json_type_array))
        return NULL;
    const char *code = text_of(item_at(flows, 0), "code");
    /* Years of four digits begin with a 2 for some time. */
    return !code       ? NULL
           : seed == 1 ? g_strconcat(code, "2", NULL)
                       : g_strdup_printf("%sS%u-2", code, seed);
}

gint64 demo_start_of(const char *day, gint64 opened)
{
    guint64 number;
    if (strlen(day) != 8 ||
        !g_ascii_string_to_unsigned(day, 10, 20000101, 20991231, &number, NULL) ||
        !g_date_valid_dmy(number % 100, (GDateMonth)(number / 100 % 100),
                          (GDateYear)(number / 10000)))
        return 0;
    g_autoptr(GDate) date =
        g_date_new_dmy(number % 100, (GDateMonth)(number / 100 % 100), (GDateYear)(number / 10000));
    g_autoptr(GDate) first = g_date_new_dmy(1, G_DATE_JANUARY, 1970);
    gint32 days = g_date_days_between(first, date);
    return calendar_end_of_day(days - 1) + 1000 + calendar_minute(opened) * MINUTE_MS;
}
