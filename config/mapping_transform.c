/* mapping_transform.c - what a mapping file may do to a value: one row a transform
 *
 * Each takes a text (of a number what is written) and gives a value or nothing; none of them can do
 * more than its row says. Tables are read when the file is compiled.
 */
#include "config/mapping_private.h"

#include "config/csv_rows.h"
#include "config/rule.h"
#include "wallctl/base/instant.h"
#include "wallctl/model/privacy.h"

#include <math.h>
#include <string.h>

#define MAX_NUMBER  32 /* characters of a number */
#define TOKEN_CHARS 32

const char *scalar_text(Json *value)
{
    if (json_object_is_type(value, json_type_object) ||
        json_object_is_type(value, json_type_array) || !value)
        return NULL;
    const char *text = json_object_get_string(value);
    return *text ? text : NULL;
}

gboolean read_number(const char *text, double *number)
{
    gsize len = strlen(text);
    if (len == 0 || len > MAX_NUMBER || strspn(text, "0123456789.+-eE") != len)
        return FALSE;
    char *end;
    *number = g_ascii_strtod(text, &end);
    return !*end && isfinite(*number);
}

/* --- arguments ---------------------------------------------------------------------------------
 */

/* Two numbers, the lower one first. */
static gboolean range_of(Compile *c, Json *object, const char *key, const char *place,
                         double out[2])
{
    Json *array = NULL;
    g_autofree char *at = place_below(place, key);
    if (!json_get_array(object, key, &array, c->faults, place))
        return FALSE;
    gboolean is_good = json_object_array_length(array) == 2;
    for (gsize i = 0; is_good && i < 2; i++) {
        Json *item = json_object_array_get_idx(array, i);
        is_good =
            json_object_is_type(item, json_type_int) || json_object_is_type(item, json_type_double);
        out[i] = is_good ? json_object_get_double(item) : 0;
    }
    if (is_good && out[0] <= out[1])
        return TRUE;
    faults_add(c->faults, at, "is not a range; accepted: [LOWEST, HIGHEST]");
    return FALSE;
}

static void compile_range(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    double range[2];
    if (!range_of(c, object, step->kind->name, place, range))
        return;
    step->least = range[0];
    step->most = range[1];
    step->min = (gint64)CLAMP(range[0], -1e15, 1e15);
    step->max = (gint64)CLAMP(range[1], -1e15, 1e15);
}

/* "NAME": true and nothing else. */
static void compile_true(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    gboolean value = FALSE;
    g_autofree char *at = place_below(place, step->kind->name);
    if (json_get_bool(object, step->kind->name, &value, c->faults, place) && !value)
        faults_add(c->faults, at, "false is not accepted; leave it out");
}

GHashTable *words_of_array(Json *object, const char *key, const char *place, Faults *faults)
{
    Json *array = NULL;
    g_autofree char *at = place_below(place, key);
    if (!json_get_array(object, key, &array, faults, place))
        return NULL;
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < json_object_array_length(array); i++) {
        const char *text = scalar_text(json_object_array_get_idx(array, i));
        if (text)
            g_hash_table_add(words, g_strdup(text));
        else
            faults_add(faults, at, "item %zu is not a word", i);
    }
    if (g_hash_table_size(words) == 0)
        faults_add(faults, at, "names no word");
    return words;
}

/* --- map and table -----------------------------------------------------------------------------
 */

static void compile_map(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    Json *map = NULL;
    if (!json_get_object(object, "map", &map, c->faults, place))
        return;
    step->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *at = place_below(place, "map");
    json_object_object_foreach (map, from, to) {
        g_autofree char *below = place_below(at, from);
        word_check(target, to, below, c->faults);
        if (scalar_text(to))
            g_hash_table_insert(step->words, g_strdup(from), g_strdup(scalar_text(to)));
    }
    if (json_object_object_length(map) == 0)
        faults_add(c->faults, at, "is empty");
}

static void read_table_row(const char *const *cells, const Where *where, gpointer user)
{
    GHashTable *words = user;
    if (!*cells[0] || !*cells[1])
        where_fault(where, *cells[0] ? "to" : "from", "is empty");
    else if (!g_hash_table_insert(words, g_strdup(cells[0]), g_strdup(cells[1])))
        where_fault(where, "from", "\"%s\" is in the table already", cells[0]);
}

static GHashTable *read_table(Compile *c, const char *name, const char *place)
{
    static const char *const columns[] = { "from", "to", NULL };
    g_autofree char *file = g_strconcat(name, ".csv", NULL);
    g_autofree char *prefix = g_strconcat("tables/", file, ": ", NULL);
    gsize len = 0;
    g_autofree char *text = compile_read(c, "tables", file, &len, place);
    if (!text)
        return NULL;
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    csv_read_rows(text, len, prefix, columns, 2, read_table_row, words, c->faults);
    return words;
}

static void compile_table(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    const char *name = "";
    g_autofree char *at = place_below(place, "table");
    if (!json_get_string(object, "table", &name, c->faults, place))
        return;
    if (!c->dirs || !*name || !rule_id.fits(name)) {
        faults_add(c->faults, at, "is not a table's name; accepted: %s",
                   c->dirs ? rule_id.accepted : "none, this text is no file");
        return;
    }
    GHashTable *words = g_hash_table_lookup(c->tables, name);
    if (!words) {
        words = read_table(c, name, at);
        if (!words)
            return;
        g_hash_table_insert(c->tables, g_strdup(name), words);
    }
    step->words = g_hash_table_ref(words);
    GHashTableIter iter;
    gpointer to;
    g_hash_table_iter_init(&iter, words);
    while (g_hash_table_iter_next(&iter, NULL, &to)) {
        g_autoptr(Json) word = json_object_new_string(to);
        word_check(target, word, at, c->faults);
    }
}

static Json *apply_words(const Step *step, const char *text, const MappingContext *context)
{
    const char *to = g_hash_table_lookup(step->words, text);
    return to ? json_object_new_string(to) : NULL;
}

/* --- enum and yes ------------------------------------------------------------------------------
 */

static void compile_enum(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    step->words = words_of_array(object, "enum", place, c->faults);
    if (!step->words)
        return;
    g_autofree char *at = place_below(place, "enum");
    GHashTableIter iter;
    gpointer text;
    g_hash_table_iter_init(&iter, step->words);
    while (g_hash_table_iter_next(&iter, &text, NULL)) {
        g_autoptr(Json) word = json_object_new_string(text);
        word_check(target, word, at, c->faults);
    }
}

static Json *apply_enum(const Step *step, const char *text, const MappingContext *context)
{
    return g_hash_table_contains(step->words, text) ? json_object_new_string(text) : NULL;
}

static void compile_yes(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    step->words = words_of_array(object, "yes", place, c->faults);
    if (!target_is_field(target) || field_row((Field)target)->kind != KIND_BOOL)
        faults_add(c->faults, place, "\"yes\" is for truth values only: is_private");
}

static Json *apply_yes(const Step *step, const char *text, const MappingContext *context)
{
    return json_object_new_boolean(g_hash_table_contains(step->words, text));
}

/* --- numbers and lengths -----------------------------------------------------------------------
 */

static Json *apply_int(const Step *step, const char *text, const MappingContext *context)
{
    gint64 number;
    return g_ascii_string_to_signed(text, 10, step->min, step->max, &number, NULL)
               ? json_object_new_int64(number)
               : NULL;
}

static Json *apply_number(const Step *step, const char *text, const MappingContext *context)
{
    double number;
    return read_number(text, &number) && number >= step->least && number <= step->most
               ? json_object_new_double(number)
               : NULL;
}

static Json *apply_digits(const Step *step, const char *text, const MappingContext *context)
{
    gint64 len = (gint64)strlen(text);
    return (gint64)strspn(text, "0123456789") == len && len >= step->min && len <= step->max
               ? json_object_new_string(text)
               : NULL;
}

static void compile_truncate(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    step->max = 1;
    json_get_int(object, "truncate", 1, 500, &step->max, c->faults, place);
}

static Json *dup_first(const char *text, gint64 n)
{
    g_autofree char *cut = g_utf8_strlen(text, -1) > n ? g_utf8_substring(text, 0, (glong)n) : NULL;
    return json_object_new_string(cut ? cut : text);
}

static Json *apply_truncate(const Step *step, const char *text, const MappingContext *context)
{
    return dup_first(text, step->max);
}

/* --- date --------------------------------------------------------------------------------------
 */

static gboolean zone_of(const char *text, int *minutes)
{
    const gint64 year_2000_ms = G_GINT64_CONSTANT(946684800000);
    g_autofree char *instant = g_strconcat("2000-01-01T00:00:00", text, NULL);
    gint64 ms;
    if (!instant_parse(instant, &ms))
        return FALSE;
    *minutes = (int)((year_2000_ms - ms) / 60000);
    return TRUE;
}

static gboolean is_date_form(const char *form)
{
    guint n[256] = { 0 };
    if (strcmp(form, "unix") == 0 || strcmp(form, "unix_ms") == 0 || strcmp(form, "rfc3339") == 0)
        return TRUE;
    for (const char *c = form; *c; c++) {
        if (*c == '%' && (!*++c || !strchr("YmdHMS", *c) || ++n[(guchar)*c] > 1))
            return FALSE;
    }
    return n['Y'] && n['m'] && n['d'];
}

static void compile_date(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    const char *form = "", *zone = "";
    g_autofree char *at = place_below(place, "date");
    if (target != TARGET_TIME &&
        (!target_is_field(target) || field_row((Field)target)->kind != KIND_TIME))
        faults_add(c->faults, at, "\"%s\" is no time", target_name(target));
    if (json_get_string(object, "date", &form, c->faults, place) && !is_date_form(form))
        faults_add(c->faults, at,
                   "is not the form of a date; accepted: %%Y %%m %%d, each once, with %%H %%M %%S "
                   "and other characters around them, or unix, unix_ms, rfc3339");
    step->text = g_strdup(form);
    step->has_zone = json_get_string(object, "zone", &zone, c->faults, place);
    if (step->has_zone && !zone_of(zone, &step->zone_minutes))
        faults_add(c->faults, place, "\"zone\" is not a zone; accepted: Z, +08:00 and the like");
    json_get_bool(object, "day_end", &step->is_day_end, c->faults, place);
}

/* One or two digits; two when another number follows at once. FALSE if they are not there. */
static gboolean read_part(const char **text, int most, gboolean is_exact, int *out)
{
    const char *start = *text;
    *out = 0;
    while (*text - start < most && g_ascii_isdigit(**text))
        *out = *out * 10 + (*(*text)++ - '0');
    return *text - start >= (is_exact ? most : 1);
}

typedef struct {
    int year, month, day, hour, minute, second;
    char fraction[11]; /* ".250" */
} Parts;

/* Behind the seconds there may be parts of one. */
static void read_fraction(const char **text, char fraction[11])
{
    gsize n = **text == '.' ? strspn(*text + 1, "0123456789") : 0;
    if (n < 1 || n > 9)
        return;
    g_strlcpy(fraction, *text, MIN(n + 2, 11));
    *text += n + 1;
}

static gboolean read_parts(const char *form, const char *text, Parts *parts)
{
    for (; *form; form++) {
        if (*form != '%') {
            if (*text++ != *form)
                return FALSE;
            continue;
        }
        form++;
        int *out = *form == 'Y'   ? &parts->year
                   : *form == 'm' ? &parts->month
                   : *form == 'd' ? &parts->day
                   : *form == 'H' ? &parts->hour
                   : *form == 'M' ? &parts->minute
                                  : &parts->second;
        gboolean is_exact = *form == 'Y' || form[1] == '%' || *form == 'M' || *form == 'S';
        if (!read_part(&text, *form == 'Y' ? 4 : 2, is_exact, out))
            return FALSE;
        if (*form == 'S')
            read_fraction(&text, parts->fraction);
    }
    return !*text;
}

static Json *apply_unix(const Step *step, const char *text)
{
    gint64 unit = strcmp(step->text, "unix") == 0 ? 1000 : 1, number;
    if (!g_ascii_string_to_signed(text, 10, INSTANT_MIN_MS / unit, INSTANT_MAX_MS / unit - 1,
                                  &number, NULL))
        return NULL;
    g_autofree char *instant = instant_format(number * unit, 0);
    return json_object_new_string(instant);
}

static Json *apply_date(const Step *step, const char *text, const MappingContext *context)
{
    gint64 ms;
    if (g_str_has_prefix(step->text, "unix"))
        return apply_unix(step, text);
    if (strcmp(step->text, "rfc3339") == 0)
        return instant_parse(text, &ms) ? json_object_new_string(text) : NULL;
    Parts parts = { .fraction = "" };
    if (!read_parts(step->text, text, &parts))
        return NULL;
    if (step->is_day_end) {
        parts.hour = 23;
        parts.minute = parts.second = 59;
    }
    int zone = step->has_zone ? step->zone_minutes : context->zone_minutes;
    g_autofree char *instant =
        g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d%s%c%02d:%02d", parts.year, parts.month,
                        parts.day, parts.hour, parts.minute, parts.second, parts.fraction,
                        zone < 0 ? '-' : '+', ABS(zone) / 60, ABS(zone) % 60);
    return instant_parse(instant, &ms) ? json_object_new_string(instant) : NULL;
}

/* --- region, token, redact ---------------------------------------------------------------------
 */

static void compile_region(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    Json *argument = json_object_object_get(object, "region");
    const char *within =
        json_object_is_type(argument, json_type_string) ? json_object_get_string(argument) : NULL;
    g_autofree char *at = place_below(place, "region");
    if (within ? !*within || !rule_region.fits(within)
               : !json_object_is_type(argument, json_type_boolean) ||
                     !json_object_get_boolean(argument))
        faults_add(
            c->faults, at,
            "accepted: true (the site's own region), or the code (2 to 15 digits) within which "
            "names are looked up");
    if (target != FIELD_REGION)
        faults_add(c->faults, at, "is for the field region only");
    step->text = g_strdup(within ? within : "");
}

static Json *apply_region(const Step *step, const char *text, const MappingContext *context)
{
    const char *within = *step->text ? step->text : context->site_region;
    const Region *region = context->regions ? region_by_name(context->regions, text, within) : NULL;
    return region ? json_object_new_string(region->code) : NULL;
}

/* Tokens join reports of one case. As another field they would follow a person. */
static void compile_token(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    compile_true(c, step, object, target, place);
    if (target != TARGET_ID && target != TARGET_SUBJECT && target != FIELD_MERGED_INTO)
        faults_add(c->faults, place, "\"token\" is for id, subject and merged_into only");
}

static Json *apply_token(const Step *step, const char *text, const MappingContext *context)
{
    if (!context->token_key)
        return NULL;
    const char *key = secret_get(context->token_key);
    g_autofree char *hex =
        g_compute_hmac_for_string(G_CHECKSUM_SHA256, (const guchar *)key, strlen(key), text, -1);
    return json_object_new_string_len(hex, TOKEN_CHARS);
}

static void compile_redact(Compile *c, Step *step, Json *object, Target target, const char *place)
{
    compile_true(c, step, object, target, place);
    if (target != FIELD_NOTE)
        faults_add(c->faults, place, "\"redact\" is for the field note only");
}

/* A line break in a complaint is no reason to lose it. */
static void flatten(char *text)
{
    for (char *c = text; *c; c++) {
        if ((guchar)*c < 0x20)
            *c = ' ';
    }
}

static Json *apply_redact(const Step *step, const char *text, const MappingContext *context)
{
    g_autofree char *redacted = privacy_redact(text, NULL);
    flatten(redacted);
    return dup_first(g_strstrip(redacted), field_row(FIELD_NOTE)->max);
}

/* --- the table ---------------------------------------------------------------------------------
 */

const Transform transforms[] = {
    { "map", TRUE, compile_map, apply_words },
    { "table", TRUE, compile_table, apply_words },
    { "enum", TRUE, compile_enum, apply_enum },
    { "yes", TRUE, compile_yes, apply_yes },
    { "int", FALSE, compile_range, apply_int },
    { "number", FALSE, compile_range, apply_number },
    { "date", TRUE, compile_date, apply_date },
    { "region", TRUE, compile_region, apply_region },
    { "token", TRUE, compile_token, apply_token },
    { "digits", FALSE, compile_range, apply_digits },
    { "truncate", FALSE, compile_truncate, apply_truncate },
    { "redact", FALSE, compile_redact, apply_redact, TRUE },
};
const guint n_transforms = G_N_ELEMENTS(transforms);

void step_clear(Step *step)
{
    g_clear_pointer(&step->words, g_hash_table_unref);
    g_clear_pointer(&step->text, g_free);
}
