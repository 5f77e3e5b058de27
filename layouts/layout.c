/* layout.c - named layouts from JSON, checked as a whole
 *
 * Grids, grids with spans and fractions all become fractions here, so that only one form exists
 * behind this file. Fractions are snapped to SNAP: the right edge of one cell and the left edge of
 * its neighbour are the same number.
 */
#include "layouts/layout.h"

#include "layouts-data.h"

#include <math.h>
#include <string.h>

#define MAX_CELLS   900
#define MAX_LAYOUTS 256
#define STEPS       1e6 /* edges lie on multiples of a millionth */
#define SLACK       (0.5 / STEPS)

struct LayoutSet {
    gint refs;
    GPtrArray *layouts; /* Layout, in display order */
};

/* Fractions of one orientation while they are read; n is 0 if there was a fault. */
typedef struct {
    guint n;
    FRect *cells;
} Cells;

static void free_layout(gpointer data)
{
    Layout *layout = data;
    g_free(layout->id);
    g_free(layout->name);
    g_free(layout->cells);
    g_free(layout->portrait);
    g_free(layout);
}

static FRect from_edges(double x0, double y0, double x1, double y1)
{
    return (FRect) { x0, y0, x1 - x0, y1 - y0 };
}

static double snap(double edge)
{
    return round(CLAMP(edge, 0, 1) * STEPS) / STEPS;
}

static gboolean fractions_overlap(FRect a, FRect b)
{
    return a.x + a.w > b.x + SLACK && b.x + b.w > a.x + SLACK && a.y + a.h > b.y + SLACK &&
           b.y + b.h > a.y + SLACK;
}

/* Numbers of a JSON array of exactly n; FALSE with a fault that says what is expected. */
static gboolean read_numbers(Json *json, guint n, gboolean whole, double *out, Faults *faults,
                             const char *place, const char *expected)
{
    gboolean is_good =
        json_object_is_type(json, json_type_array) && json_object_array_length(json) == n;
    for (guint i = 0; is_good && i < n; i++) {
        Json *item = json_object_array_get_idx(json, i);
        is_good = json_object_is_type(item, json_type_int) ||
                  (!whole && json_object_is_type(item, json_type_double));
        out[i] = is_good ? json_object_get_double(item) : 0;
    }
    if (!is_good)
        faults_add(faults, place, "must be %s", expected);
    return is_good;
}

/* A grid while it is read; turned: columns and rows change places. */
typedef struct {
    guint columns, rows;
    gboolean is_turned;
    gboolean *is_taken; /* by a span, in reading order */
} Grid;

static gboolean read_grid_size(Json *json, Grid *grid, Faults *faults, const char *place)
{
    double size[2];
    if (!read_numbers(json, 2, TRUE, size, faults, place, "[columns, rows]"))
        return FALSE;
    if (!(size[0] >= 1 && size[1] >= 1 && size[0] <= 100 && size[1] <= 100 &&
          size[0] * size[1] <= MAX_CELLS)) {
        faults_add(faults, place, "[%.0f, %.0f] is outside 1 to 100 columns and rows, %d cells",
                   size[0], size[1], MAX_CELLS);
        return FALSE;
    }
    grid->columns = (guint)size[grid->is_turned ? 1 : 0];
    grid->rows = (guint)size[grid->is_turned ? 0 : 1];
    return TRUE;
}

static FRect grid_fraction(const Grid *grid, guint x, guint y, guint w, guint h)
{
    return from_edges((double)x / grid->columns, (double)y / grid->rows,
                      (double)(x + w) / grid->columns, (double)(y + h) / grid->rows);
}

/* Marks the squares of a span as taken. */
static gboolean read_span(Json *json, Grid *grid, FRect *out, Faults *faults, const char *place)
{
    double v[4];
    if (!read_numbers(json, 4, TRUE, v, faults, place, "[column, row, width, height]"))
        return FALSE;
    if (grid->is_turned) {
        double turned[4] = { v[1], v[0], v[3], v[2] };
        memcpy(v, turned, sizeof v);
    }
    if (!(v[0] >= 0 && v[1] >= 0 && v[2] >= 1 && v[3] >= 1 && v[0] + v[2] <= grid->columns &&
          v[1] + v[3] <= grid->rows)) {
        faults_add(faults, place, "is not inside the grid of %u x %u",
                   grid->is_turned ? grid->rows : grid->columns,
                   grid->is_turned ? grid->columns : grid->rows);
        return FALSE;
    }
    guint x = (guint)v[0], y = (guint)v[1], w = (guint)v[2], h = (guint)v[3];
    gboolean overlaps = FALSE;
    for (guint row = y; row < y + h; row++) {
        for (guint column = x; column < x + w; column++) {
            overlaps |= grid->is_taken[row * grid->columns + column];
            grid->is_taken[row * grid->columns + column] = TRUE;
        }
    }
    if (overlaps)
        faults_add(faults, place, "overlaps an earlier span");
    *out = grid_fraction(grid, x, y, w, h);
    return !overlaps;
}

/* Cells of a grid: the spans, then what they leave free in reading order. */
static Cells read_grid(Json *object, gboolean is_turned, Faults *faults, const char *place)
{
    g_autofree char *grid_place = g_strdup_printf("%s.grid", place);
    Grid grid = { .is_turned = is_turned };
    if (!read_grid_size(json_object_object_get(object, "grid"), &grid, faults, grid_place))
        return (Cells) { 0 };
    guint n_squares = grid.columns * grid.rows;
    g_autofree gboolean *is_taken = g_new0(gboolean, n_squares);
    grid.is_taken = is_taken;
    g_autofree FRect *cells = g_new(FRect, n_squares + 1); /* one more for a span too many */
    guint n = 0, n_faults = faults_count(faults);
    Json *spans = NULL;
    json_get_array(object, "spans", &spans, faults, place);
    guint n_spans = spans ? (guint)json_object_array_length(spans) : 0;
    for (guint i = 0; i < n_spans; i++) {
        g_autofree char *span_place = g_strdup_printf("%s.spans[%u]", place, i);
        if (read_span(json_object_array_get_idx(spans, i), &grid, &cells[n], faults, span_place))
            n++;
    }
    for (guint i = 0; i < n_squares; i++) {
        if (!is_taken[i])
            cells[n++] = grid_fraction(&grid, i % grid.columns, i / grid.columns, 1, 1);
    }
    if (faults_count(faults) > n_faults)
        return (Cells) { 0 };
    return (Cells) { n, g_steal_pointer(&cells) };
}

static Cells read_fractions(Json *array, gboolean is_turned, gboolean is_free, Faults *faults,
                            const char *place)
{
    gsize n = json_object_array_length(array);
    if (n < 1 || n > MAX_CELLS) {
        faults_add(faults, place, "%" G_GSIZE_FORMAT " cells are outside 1 to %d", n, MAX_CELLS);
        return (Cells) { 0 };
    }
    guint n_faults = faults_count(faults);
    g_autofree FRect *cells = g_new(FRect, n);
    guint n_good = 0;
    for (guint i = 0; i < n; i++) {
        g_autofree char *cell_place = g_strdup_printf("%s[%u]", place, i);
        double v[4];
        if (!read_numbers(json_object_array_get_idx(array, i), 4, FALSE, v, faults, cell_place,
                          "[x, y, width, height], fractions of the area"))
            continue;
        if (!frect_is_valid((FRect) { v[0], v[1], v[2], v[3] })) {
            faults_add(faults, cell_place,
                       "[%g, %g, %g, %g] is not inside 0 to 1, or less than 0.01 wide or high",
                       v[0], v[1], v[2], v[3]);
            continue;
        }
        double x0 = snap(v[0]), y0 = snap(v[1]), x1 = snap(v[0] + v[2]), y1 = snap(v[1] + v[3]);
        cells[n_good++] = is_turned ? from_edges(y0, x0, y1, x1) : from_edges(x0, y0, x1, y1);
    }
    /* Indices are those of the file only while no cell was left out. */
    gboolean is_complete = faults_count(faults) == n_faults;
    for (guint i = 0; is_complete && !is_free && i < n_good; i++) {
        for (guint j = 0; j < i; j++) {
            if (!fractions_overlap(cells[i], cells[j]))
                continue;
            g_autofree char *cell_place = g_strdup_printf("%s[%u]", place, i);
            faults_add(faults, cell_place,
                       "overlaps cell %u; only a layout with \"free\": true may overlap", j);
            break;
        }
    }
    if (faults_count(faults) > n_faults)
        return (Cells) { 0 };
    return (Cells) { n_good, g_steal_pointer(&cells) };
}

/* Exactly one of "grid" and "cells" of object. */
static Cells read_cells(Json *object, gboolean is_turned, gboolean is_free, Faults *faults,
                        const char *place)
{
    gboolean has_grid = json_object_object_get_ex(object, "grid", NULL);
    gboolean has_cells = json_object_object_get_ex(object, "cells", NULL);
    if (has_grid == has_cells) {
        faults_add(faults, place,
                   has_grid ? "has both \"grid\" and \"cells\"; give one of them"
                            : "needs \"grid\": [columns, rows] or \"cells\"");
        return (Cells) { 0 };
    }
    if (has_grid)
        return read_grid(object, is_turned, faults, place);
    Json *array = NULL;
    if (!json_get_array(object, "cells", &array, faults, place))
        return (Cells) { 0 };
    if (json_object_object_get_ex(object, "spans", NULL))
        faults_add(faults, place, "\"spans\" go with \"grid\", not with \"cells\"");
    g_autofree char *cells_place = g_strdup_printf("%s.cells", place);
    return read_fractions(array, is_turned, is_free, faults, cells_place);
}

static Cells read_portrait(Json *object, gboolean is_free, Faults *faults, const char *place)
{
    static const char *const known[] = { "grid", "spans", "cells" };
    Json *portrait = NULL;
    if (!json_object_object_get_ex(object, "portrait", NULL))
        return read_cells(object, TRUE, is_free, faults, place);
    if (!json_get_object(object, "portrait", &portrait, faults, place))
        return (Cells) { 0 };
    g_autofree char *portrait_place = g_strdup_printf("%s.portrait", place);
    json_refuse_unknown(portrait, known, G_N_ELEMENTS(known), faults, portrait_place);
    return read_cells(portrait, FALSE, is_free, faults, portrait_place);
}

static gboolean is_good_id(const char *id)
{
    gsize len = strlen(id);
    return len >= 1 && len <= 32 &&
           strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_-") == len;
}

/* NULL if a fault was added. */
static Layout *read_layout(Json *object, Faults *faults, const char *place)
{
    static const char *const known[] = {
        "id", "name", "free", "grid", "spans", "cells", "portrait"
    };
    if (!json_object_is_type(object, json_type_object)) {
        faults_add(faults, place, "must be an object with \"id\" and \"grid\" or \"cells\"");
        return NULL;
    }
    guint n_faults = faults_count(faults);
    json_refuse_unknown(object, known, G_N_ELEMENTS(known), faults, place);
    const char *id = NULL;
    if (!json_object_object_get_ex(object, "id", NULL))
        faults_add(faults, place, "needs an \"id\"");
    else if (json_get_string(object, "id", &id, faults, place) && !is_good_id(id)) {
        g_autofree char *id_place = g_strdup_printf("%s.id", place);
        faults_add(faults, id_place, "\"%.40s\" is not 1 to 32 of A-Z a-z 0-9 + _ -", id);
    }
    const char *name = id;
    if (json_get_string(object, "name", &name, faults, place) && (!*name || strlen(name) > 256)) {
        g_autofree char *name_place = g_strdup_printf("%s.name", place);
        faults_add(faults, name_place, "must be 1 to 256 bytes long");
    }
    gboolean is_free = FALSE;
    json_get_bool(object, "free", &is_free, faults, place);
    Cells landscape = read_cells(object, FALSE, is_free, faults, place);
    Cells portrait = { 0 };
    if (landscape.n > 0)
        portrait = read_portrait(object, is_free, faults, place);
    if (portrait.n > 0 && portrait.n != landscape.n)
        faults_add(faults, place, "has %u cells, but %u in \"portrait\"; both must be as many",
                   landscape.n, portrait.n);

    Layout *layout = g_new0(Layout, 1);
    *layout = (Layout) { g_strdup(id), g_strdup(name),  is_free,       landscape.n,
                         portrait.n,   landscape.cells, portrait.cells };
    if (faults_count(faults) > n_faults) {
        free_layout(layout);
        return NULL;
    }
    return layout;
}

static int index_of(const LayoutSet *set, const char *id)
{
    for (guint i = 0; i < set->layouts->len; i++) {
        const Layout *layout = g_ptr_array_index(set->layouts, i);
        if (strcmp(layout->id, id) == 0)
            return (int)i;
    }
    return -1;
}

/* Adds the layouts of an array; one that is in the set already is replaced where it stands. */
static void add_layouts(LayoutSet *set, Json *json, Faults *faults, const char *place)
{
    if (!json_object_is_type(json, json_type_array)) {
        faults_add(faults, place, "must be an array of layouts");
        return;
    }
    gsize n = json_object_array_length(json);
    if (n > MAX_LAYOUTS) {
        faults_add(faults, place, "%" G_GSIZE_FORMAT " layouts are more than %d", n, MAX_LAYOUTS);
        return;
    }
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < n; i++) {
        g_autofree char *item_place = g_strdup_printf("%s[%u]", place, i);
        Layout *layout = read_layout(json_object_array_get_idx(json, i), faults, item_place);
        if (!layout)
            continue;
        if (g_hash_table_contains(seen, layout->id)) {
            faults_add(faults, item_place, "id \"%s\" is used twice", layout->id);
            free_layout(layout);
            continue;
        }
        g_hash_table_add(seen, layout->id);
        int old = index_of(set, layout->id);
        if (old < 0) {
            g_ptr_array_add(set->layouts, layout);
        } else {
            free_layout(g_ptr_array_index(set->layouts, old));
            g_ptr_array_index(set->layouts, old) = layout;
        }
    }
}

static void add_builtin(LayoutSet *set)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes =
        g_resource_lookup_data(layouts_get_resource(), "/wallctl/layouts/builtin.json",
                               G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
    g_assert_no_error(error);
    gsize size;
    const char *text = g_bytes_get_data(bytes, &size);
    g_autoptr(Json) json = json_parse(text, size, 0, JSON_COMMENTS, &error);
    g_assert_no_error(error);
    g_autoptr(Faults) faults = faults_new("builtin.json", 1);
    add_layouts(set, json, faults, "");
    if (faults_count(faults) > 0)
        g_error("%s", faults_get(faults, 0));
}

guint layout_set_count(const LayoutSet *set)
{
    return set->layouts->len;
}

const Layout *layout_set_get(const LayoutSet *set, guint index)
{
    return index < set->layouts->len ? g_ptr_array_index(set->layouts, index) : NULL;
}

const Layout *layout_set_find(const LayoutSet *set, const char *id)
{
    int index = index_of(set, id);
    return index < 0 ? NULL : g_ptr_array_index(set->layouts, index);
}

LayoutSet *layout_set_ref(LayoutSet *set)
{
    g_atomic_int_inc(&set->refs);
    return set;
}

void layout_set_unref(LayoutSet *set)
{
    if (!set || !g_atomic_int_dec_and_test(&set->refs))
        return;
    g_ptr_array_unref(set->layouts);
    g_free(set);
}

LayoutSet *layout_set_new(Json *json, Faults *faults, const char *place)
{
    LayoutSet *set = g_new0(LayoutSet, 1);
    set->refs = 1;
    set->layouts = g_ptr_array_new_with_free_func(free_layout);
    add_builtin(set);
    guint n_faults = faults_count(faults);
    if (json)
        add_layouts(set, json, faults, place);
    if (faults_count(faults) > n_faults) {
        layout_set_unref(set);
        return NULL;
    }
    return set;
}
