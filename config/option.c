/* option.c - one option is one row: key, type, default, range, meaning */
#include "config/option.h"

#include <string.h>

static char **text_of(const Option *option, gpointer target)
{
    return G_STRUCT_MEMBER_P(target, option->offset);
}

static void store_text(const Option *option, gpointer target, const char *text)
{
    char **member = text_of(option, target);
    g_free(*member);
    *member = g_strdup(text);
}

static void store_number(const Option *option, gpointer target, gint64 number)
{
    G_STRUCT_MEMBER(guint32, target, option->offset) = (guint32)number;
}

static char *dup_place(const Where *where, const char *key)
{
    return where->is_row   ? g_strconcat(where->place, ", column ", key, NULL)
           : *where->place ? g_strconcat(where->place, ".", key, NULL)
                           : g_strdup(key);
}

void where_fault(const Where *where, const char *key, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *place = dup_place(where, key);
    faults_add(where->faults, place, "%s", text);
}

gboolean where_has_fault(const Where *where, const char *key)
{
    g_autofree char *place = dup_place(where, key);
    return faults_has(where->faults, place);
}

char *dup_quoted(const char *text)
{
    g_autoptr(Json) json = json_object_new_string(text);
    return json_dup_shown(json);
}

/* What a TEXT, CHOICE or COLOUR accepts. Caller frees. */
static char *dup_accepted(const Option *option)
{
    if (option->type == OPTION_COLOUR)
        return g_strdup("#RRGGBB");
    if (option->type == OPTION_TEXT)
        return g_strdup(option->rule->accepted);
    GString *list = g_string_new(NULL);
    for (const OptionWord *w = option->words; w->word; w++)
        g_string_append_printf(list, "%s%s", w == option->words ? "" : ", ", w->word);
    return g_string_free(list, FALSE);
}

static void refuse(const Option *option, const char *text, const Where *where)
{
    g_autofree char *shown = option->is_private ? g_strdup("the value") : dup_quoted(text);
    g_autofree char *accepted = dup_accepted(option);
    where_fault(where, option->key, "%s is refused; accepted: %s", shown, accepted);
}

static gboolean parse_colour(const char *text, gint64 *colour)
{
    if (text[0] != '#' || strlen(text) != 7 || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return FALSE;
    *colour = (gint64)g_ascii_strtoull(text + 1, NULL, 16);
    return TRUE;
}

static gboolean find_word(const Option *option, const char *text, gint64 *value)
{
    for (const OptionWord *w = option->words; w->word; w++) {
        if (strcmp(w->word, text) == 0) {
            *value = w->value;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean set_number(const Option *option, gint64 number, gpointer target, const Where *where)
{
    if (number < option->min || number > option->max) {
        where_fault(where, option->key,
                    "%" G_GINT64_FORMAT " is out of range; accepted: %" G_GINT64_FORMAT
                    " to %" G_GINT64_FORMAT,
                    number, option->min, option->max);
        return FALSE;
    }
    if (option->step && number % option->step != 0) {
        where_fault(where, option->key,
                    "%" G_GINT64_FORMAT " is refused; accepted: multiples of %d, %" G_GINT64_FORMAT
                    " to %" G_GINT64_FORMAT,
                    number, option->step, option->min, option->max);
        return FALSE;
    }
    store_number(option, target, number * (option->scale ? option->scale : 1));
    return TRUE;
}

static gboolean set_number_text(const Option *option, const char *text, gpointer target,
                                const Where *where)
{
    gint64 number;
    if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &number, NULL))
        return set_number(option, number, target, where);
    g_autofree char *shown = dup_quoted(text);
    where_fault(where, option->key,
                "%s is not a whole number; accepted: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                shown, option->min, option->max);
    return FALSE;
}

gboolean option_set_text(const Option *option, const char *text, gpointer target,
                         const Where *where)
{
    gint64 number = 0;
    gboolean fits = FALSE;
    switch (option->type) {
    case OPTION_INT:
        return set_number_text(option, text, target, where);
    case OPTION_TEXT:
        fits = option->rule->fits(text);
        if (fits)
            store_text(option, target, text);
        break;
    case OPTION_CHOICE:
    case OPTION_COLOUR:
        fits = option->type == OPTION_CHOICE ? find_word(option, text, &number)
                                             : parse_colour(text, &number);
        if (fits)
            store_number(option, target, number);
        break;
    case OPTION_BOOL: /* tables hold none */
    case OPTION_PART:
        g_assert_not_reached();
    }
    if (!fits)
        refuse(option, text, where);
    return fits;
}

static gboolean is_no_text(Json *object, const char *key)
{
    Json *value;
    return json_object_object_get_ex(object, key, &value) &&
           !json_object_is_type(value, json_type_string);
}

static void read_option(const Option *option, Json *object, gpointer target, const Where *where)
{
    const char *text;
    gint64 number;
    gboolean truth;
    if (option->is_private && is_no_text(object, option->key)) {
        where_fault(where, option->key, "the value is not text; accepted: text in double quotes");
        return;
    }
    switch (option->type) {
    case OPTION_TEXT:
    case OPTION_CHOICE:
    case OPTION_COLOUR:
        if (json_get_string(object, option->key, &text, where->faults, where->place))
            option_set_text(option, text, target, where);
        break;
    case OPTION_INT:
        if (json_get_int(object, option->key, option->min, option->max, &number, where->faults,
                         where->place))
            set_number(option, number, target, where);
        break;
    case OPTION_BOOL:
        if (json_get_bool(object, option->key, &truth, where->faults, where->place))
            store_number(option, target, truth);
        break;
    case OPTION_PART:
        break;
    }
}

static void add_missing(const Option *option, const Where *where)
{
    g_autofree char *accepted =
        option->type == OPTION_INT
            ? g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option->min, option->max)
            : dup_accepted(option);
    where_fault(where, option->key, "is missing; accepted: %s", accepted);
}

void options_read(const OptionTable *table, Json *object, gpointer target, const Where *where)
{
    g_autofree const char **keys = g_new(const char *, table->n_rows);
    for (gsize i = 0; i < table->n_rows; i++)
        keys[i] = table->rows[i].key;
    json_refuse_unknown(object, keys, table->n_rows, where->faults, where->place);
    for (gsize i = 0; i < table->n_rows; i++) {
        const Option *option = &table->rows[i];
        if (option->is_required && !json_object_object_get_ex(object, option->key, NULL))
            add_missing(option, where);
        else
            read_option(option, object, target, where);
    }
}

const Option *options_find(const OptionTable *table, const char *key)
{
    for (gsize i = 0; i < table->n_rows; i++) {
        if (strcmp(table->rows[i].key, key) == 0)
            return &table->rows[i];
    }
    return NULL;
}

void options_set_defaults(const OptionTable *table, gpointer target)
{
    for (gsize i = 0; i < table->n_rows; i++) {
        const Option *option = &table->rows[i];
        if (option->type == OPTION_TEXT)
            store_text(option, target, option->text);
        else if (option->type != OPTION_PART)
            store_number(option, target, option->number);
    }
}

void options_clear(const OptionTable *table, gpointer target)
{
    for (gsize i = 0; i < table->n_rows; i++) {
        if (table->rows[i].type == OPTION_TEXT)
            g_clear_pointer(text_of(&table->rows[i], target), g_free);
    }
}
