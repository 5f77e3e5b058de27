/* mapping_records.c - the records of a file or a body, one after the other */
#include "config/mapping_records.h"

#include "config/csv.h"
#include "wallctl/base/error.h"

#include <string.h>

struct Records {
    gsize max_bytes;
    guint number;
    Json *whole;           /* an object or an array that is read at once; NULL: lines or a table */
    char *text, *at, *end; /* lines */
    Csv *csv;
    GPtrArray *cells;
    GStrv names; /* the table's first row */
};

static gboolean read_names(Records *records, GError **error)
{
    guint row;
    const char *fault = "is empty";
    if (csv_next(records->csv, records->cells, &row, &fault) && !fault) {
        g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
        records->names = g_new0(char *, records->cells->len + 1);
        for (guint i = 0; i < records->cells->len && !fault; i++) {
            records->names[i] = g_strdup(records->cells->pdata[i]);
            if (!*records->names[i] || !g_hash_table_add(seen, records->names[i]))
                fault = "has a column without a name, or two of one name";
        }
    }
    if (!fault)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "the table's first row %s", fault);
    return FALSE;
}

static gboolean open_table(Records *records, const char *text, gsize len, GError **error)
{
    gsize utf8_len;
    char *utf8 = csv_dup_utf8(text, len, &utf8_len, error);
    if (!utf8)
        return FALSE;
    records->csv = csv_new(utf8, utf8_len);
    records->cells = g_ptr_array_new();
    return read_names(records, error);
}

Records *records_new(const char *text, gsize len, MappingFormat format, gsize max_bytes,
                     GError **error)
{
    g_autoptr(Records) records = g_new0(Records, 1);
    records->max_bytes = max_bytes;
    if (format == MAPPING_CSV)
        return open_table(records, text, len, error) ? g_steal_pointer(&records) : NULL;
    records->text = records->at = g_malloc(len + 1);
    memcpy(records->text, text, len);
    records->text[len] = 0;
    records->end = records->text + len;
    records->whole = json_parse(text, len, 0, JSON_STRICT, NULL);
    if (json_object_is_type(records->whole, json_type_object) && len > max_bytes) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT,
                    "the record has %" G_GSIZE_FORMAT " bytes; accepted: %" G_GSIZE_FORMAT, len,
                    max_bytes);
        return NULL;
    }
    return g_steal_pointer(&records);
}

void records_free(Records *records)
{
    if (!records)
        return;
    json_object_put(records->whole);
    g_free(records->text);
    csv_free(records->csv);
    g_clear_pointer(&records->cells, g_ptr_array_unref);
    g_strfreev(records->names);
    g_free(records);
}

static gboolean next_whole(Records *records, Json **record, GError **error)
{
    gboolean is_array = json_object_is_type(records->whole, json_type_array);
    gsize n = is_array ? json_object_array_length(records->whole) : 1;
    if (records->number >= n)
        return FALSE;
    *record = json_object_get(is_array ? json_object_array_get_idx(records->whole, records->number)
                                       : records->whole);
    records->number++;
    if (!*record)
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "item %u is null", records->number);
    return TRUE;
}

static gboolean next_line(Records *records, Json **record, GError **error)
{
    char *line, *end;
    do {
        if (records->at >= records->end)
            return FALSE;
        line = records->at;
        end = memchr(line, '\n', (gsize)(records->end - line));
        end = end ? end : records->end;
        records->at = end + 1;
        records->number++;
        while (line < end && g_ascii_isspace(*line))
            line++;
    } while (line == end);
    *record = json_parse(line, (gsize)(end - line), records->max_bytes, JSON_STRICT, NULL);
    if (!*record) /* json_parse()'s own message may show a part of the line */
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "line %u is no JSON object of at most %" G_GSIZE_FORMAT " bytes",
                    records->number, records->max_bytes);
    return TRUE;
}

static gboolean next_row(Records *records, Json **record, GError **error)
{
    const char *fault;
    if (!csv_next(records->csv, records->cells, &records->number, &fault))
        return FALSE;
    guint n = g_strv_length(records->names);
    if (!fault && records->cells->len > n)
        fault = "has more cells than the first row";
    if (fault) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "row %u %s", records->number, fault);
        return TRUE;
    }
    *record = json_object_new_object();
    for (guint i = 0; i < records->cells->len; i++)
        json_add_string(*record, records->names[i], records->cells->pdata[i]);
    return TRUE;
}

gboolean records_next(Records *records, Json **record, guint *number, GError **error)
{
    *record = NULL;
    gboolean is_there = records->csv     ? next_row(records, record, error)
                        : records->whole ? next_whole(records, record, error)
                                         : next_line(records, record, error);
    *number = records->number;
    return is_there;
}
