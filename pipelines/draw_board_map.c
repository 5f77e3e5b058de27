/* draw_board_map.c - counts at the places where they are, from coordinates alone
 *
 * No tiles of a map service and no boundaries: nothing comes over a network, and a line that nobody
 * surveyed is not drawn. Marks carry severity as colour and shape and grow with their count. Towns
 * of one county stand close together, so marks that would cover each other are moved apart; a thin
 * line leads back to the true place.
 */
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"
#include "wallctl/model/wording.h"

#include <math.h>

#define MOST_PLACES  400 /* beyond that a tile is a grey spot anyway */
#define ROUNDS       60  /* of moving apart */
#define EARTH_KM     6371.0
#define MOST_SCALE   0.3 /* of the width, for the scale bar */
#define SHAPE_MARGIN 1.3
#define MOST_FILLED  0.36 /* of the room, by marks with their margins */

typedef struct {
    const MapPlace *place;
    double true_x, true_y, x, y; /* px */
    double radius;
    gboolean has_digits;
    Box name; /* width 0: left out */
} Mark;

typedef struct {
    Mark *marks;
    guint n;
    Box area;
    double km_per_px;
} Map;

static Severity severity_of(const MapPlace *place)
{
    return (guint)place->worst <= SEVERITY_RED ? MAX(place->worst, SEVERITY_NONE) : SEVERITY_NONE;
}

/* Width for digits in a mark, in radii. */
static double digits_room(Severity severity)
{
    return severity == SEVERITY_RED || severity == SEVERITY_ORANGE ? 1.05 : 1.5;
}

static int by_count(gconstpointer a, gconstpointer b)
{
    const Mark *left = a, *right = b;

    if (left->place->count != right->place->count)
        return left->place->count < right->place->count ? 1 : -1;
    return left->place < right->place ? -1 : left->place > right->place;
}

/* Degrees to px: as large as fits, centred, a degree of longitude shortened by the latitude. */
static void project(Map *map)
{
    double west = G_MAXDOUBLE, east = -G_MAXDOUBLE, south = G_MAXDOUBLE, north = -G_MAXDOUBLE;

    for (guint i = 0; i < map->n; i++) {
        const MapPlace *place = map->marks[i].place;
        west = MIN(west, place->lon / 1e6);
        east = MAX(east, place->lon / 1e6);
        south = MIN(south, place->lat / 1e6);
        north = MAX(north, place->lat / 1e6);
    }
    double shorten = MAX(cos((south + north) / 2 * G_PI / 180), 0.05);
    double wide = MAX((east - west) * shorten, 1e-4), high = MAX(north - south, 1e-4);
    double px = MIN(map->area.width / wide, map->area.height / high); /* a degree */
    double middle_x = map->area.x + map->area.width / 2;
    double middle_y = map->area.y + map->area.height / 2;

    map->km_per_px = G_PI * EARTH_KM / 180 / px;
    for (guint i = 0; i < map->n; i++) {
        Mark *mark = &map->marks[i];
        mark->x = mark->true_x =
            middle_x + (mark->place->lon / 1e6 - (west + east) / 2) * shorten * px;
        mark->y = mark->true_y = middle_y - (mark->place->lat / 1e6 - (south + north) / 2) * px;
    }
}

static void keep_inside(const Map *map, Mark *mark)
{
    mark->x = CLAMP(mark->x, map->area.x, map->area.x + map->area.width);
    mark->y = CLAMP(mark->y, map->area.y, map->area.y + map->area.height);
}

static void move_apart(Map *map)
{
    for (guint round = 0; round < ROUNDS; round++) {
        gboolean is_moved = FALSE;
        for (guint i = 0; i < map->n; i++) {
            for (guint k = i + 1; k < map->n; k++) {
                Mark *a = &map->marks[i], *b = &map->marks[k];
                double dx = b->x - a->x, dy = b->y - a->y;
                double apart = hypot(dx, dy), wanted = (a->radius + b->radius) * SHAPE_MARGIN;
                if (apart >= wanted)
                    continue;
                if (apart < 0.01) { /* the same place: any direction, but always the same */
                    dx = cos(k);
                    dy = sin(k);
                    apart = 1;
                }
                double push = (wanted - MIN(apart, wanted)) / 2 + 0.1;
                a->x -= dx / apart * push;
                a->y -= dy / apart * push;
                b->x += dx / apart * push;
                b->y += dy / apart * push;
                keep_inside(map, a);
                keep_inside(map, b);
                is_moved = TRUE;
            }
        }
        if (!is_moved)
            return;
    }
}

static gboolean overlaps(Box a, Box b)
{
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
           b.y < a.y + a.height;
}

static Box mark_box(const Mark *mark)
{
    return (Box) { mark->x - mark->radius, mark->y - mark->radius, 2 * mark->radius,
                   2 * mark->radius };
}

/* px between a mark's edge and a box; negative inside. */
static double distance(const Mark *mark, Box box)
{
    double dx = MAX(MAX(box.x - mark->x, mark->x - box.x - box.width), 0);
    double dy = MAX(MAX(box.y - mark->y, mark->y - box.y - box.height), 0);

    return hypot(dx, dy) - mark->radius;
}

/* Inside room, over no mark and no name, and clearly nearer to its own mark (NULL: none) than to any
 * other: a name that could be read as its neighbour's is worse than none. */
static gboolean is_free(const Map *map, Box room, Box box, const Mark *own)
{
    if (box.x < room.x || box.y < room.y || box.x + box.width > room.x + room.width ||
        box.y + box.height > room.y + room.height)
        return FALSE;
    double nearest = own ? MAX(distance(own, box), 0) + box.height * 0.35 : 0;
    for (guint i = 0; i < map->n; i++) {
        const Mark *mark = &map->marks[i];
        if (mark != own && (overlaps(box, mark_box(mark)) || distance(mark, box) < nearest))
            return FALSE;
        if (overlaps(box, mark->name))
            return FALSE;
    }
    return TRUE;
}

/* Right of its mark, left, below, above, then the corners: the first place that is free. Marks come
 * in the order of their counts, so it is the names of small ones that are left out. */
static void place_names(Map *map, Box room, double size)
{
    static const double tries[][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 },  { 0, -1 },
                                       { 1, 1 }, { 1, -1 }, { -1, 1 }, { -1, -1 } };

    for (guint i = 0; i < map->n; i++) {
        Mark *mark = &map->marks[i];
        double width = board_width(mark->place->name, size, FALSE) + 1, height = size * 1.1;
        for (guint k = 0; k < G_N_ELEMENTS(tries); k++) {
            /* At a corner the name comes closer: marks are not square. */
            gboolean is_corner = tries[k][0] != 0 && tries[k][1] != 0;
            double reach = mark->radius * (is_corner ? 0.75 : 1) + size * 0.15;
            Box box = { mark->x - width / 2 + tries[k][0] * (reach + width / 2),
                        mark->y - height / 2 + tries[k][1] * (reach + height / 2), width, height };
            if (is_free(map, room, box, mark)) {
                mark->name = box;
                break;
            }
        }
    }
}

/* From a mark that was moved away to its true place. */
static void draw_leader(const BoardSheet *sheet, const Mark *mark)
{
    if (hypot(mark->x - mark->true_x, mark->y - mark->true_y) <= mark->radius)
        return;
    set_source_rgb24(sheet->cr, COLOUR_QUIET, 1);
    cairo_set_line_width(sheet->cr, 1);
    cairo_move_to(sheet->cr, mark->true_x, mark->true_y);
    cairo_line_to(sheet->cr, mark->x, mark->y);
    cairo_stroke(sheet->cr);
    cairo_arc(sheet->cr, mark->true_x, mark->true_y, 2, 0, 2 * G_PI);
    cairo_fill(sheet->cr);
}

static void draw_mark(const BoardSheet *sheet, const Mark *mark)
{
    Severity severity = severity_of(mark->place);

    severity_plate(sheet->cr, severity, mark->x, mark->y, mark->radius * 2);
    if (!mark->has_digits)
        return;
    g_autofree char *count = wording_count(mark->place->count);
    double foot = severity == SEVERITY_RED ? mark->radius * 0.22 : 0;
    double size =
        board_size(count, mark->radius * digits_room(severity), mark->radius * 0.95, TRUE);
    g_autoptr(Text) digits = text_new(
        count,
        &(TextStyle) { .size = size, .is_bold = TRUE, .colour = severity_style(severity)->ink });
    text_draw(digits, sheet->cr, mark->x - digits->width / 2, mark->y - size / 2 + foot);
}

/* A round length of at most MOST_SCALE of the width, at the lower left. */
static void draw_scale(const BoardSheet *sheet, const Map *map)
{
    static const guint lengths_km[] = { 500, 200, 100, 50, 20, 10, 5, 2, 1 };

    for (guint i = 0; i < G_N_ELEMENTS(lengths_km); i++) {
        double width = lengths_km[i] / map->km_per_px;
        if (width > sheet->room.width * MOST_SCALE)
            continue;
        g_autofree char *words = g_strdup_printf("%u 公里", lengths_km[i]);
        double x = sheet->room.x, y = sheet->room.y + sheet->room.height - 1.5;
        double tick = sheet->label * 0.3;
        double text = board_width(words, sheet->label, FALSE) + 1;
        Box line = { x + width + tick, y - sheet->label, text, sheet->label };
        if (!is_free(map, sheet->room, (Box) { x, line.y, width + tick + text, sheet->label },
                     NULL))
            return;
        set_source_rgb24(sheet->cr, COLOUR_QUIET, 1);
        cairo_set_line_width(sheet->cr, 2);
        cairo_move_to(sheet->cr, x + 1, y - tick);
        cairo_line_to(sheet->cr, x + 1, y);
        cairo_line_to(sheet->cr, x + width, y);
        cairo_line_to(sheet->cr, x + width, y - tick);
        cairo_stroke(sheet->cr);
        board_line(sheet, line, words, (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, 0 });
        return;
    }
}

/* Area grows with the count, but the digits of the smallest are as readable as a label. When all of
 * them would fill the tile, small counts lose their digits and become dots. Returns the largest. */
static double set_sizes(const BoardSheet *sheet, Map *map, guint64 most)
{
    double largest = MIN(sheet->room.height, sheet->room.width) * 0.115, widest = 0;
    double budget = sheet->room.width * sheet->room.height * MOST_FILLED;

    for (guint i = 0; i < map->n; i++) {
        Mark *mark = &map->marks[i];
        g_autofree char *count = wording_count(mark->place->count);
        double readable = MAX(sheet->label / 0.95, board_width(count, sheet->label, TRUE) /
                                                       digits_room(severity_of(mark->place)));
        mark->radius = MAX(largest * sqrt((double)mark->place->count / (double)most), readable);
        budget -= 4 * mark->radius * mark->radius * SHAPE_MARGIN * SHAPE_MARGIN;
        mark->has_digits = budget >= 0;
        if (!mark->has_digits)
            mark->radius = sheet->label * 0.3;
        widest = MAX(widest, mark->radius);
    }
    return widest;
}

void board_map(BoardSheet *sheet, const BoardSpec *spec)
{
    const MapBoard *board = &spec->map;
    Map map = { .n = MIN(board->n, MOST_PLACES) };
    guint64 most = 1;

    if (map.n == 0) {
        board_nothing(sheet);
        return;
    }
    map.marks = g_new0(Mark, map.n);
    for (guint i = 0; i < map.n; i++) {
        map.marks[i].place = &board->places[i];
        most = MAX(most, board->places[i].count);
    }
    qsort(map.marks, map.n, sizeof *map.marks, by_count);
    double widest = set_sizes(sheet, &map, most);
    map.area =
        (Box) { sheet->room.x + widest, sheet->room.y + widest,
                MAX(sheet->room.width - 2 * widest, 1), MAX(sheet->room.height - 2 * widest, 1) };
    project(&map);
    move_apart(&map);
    place_names(&map, sheet->room, MAX(sheet->body * 0.85, sheet->label));
    for (guint i = 0; i < map.n; i++)
        draw_leader(sheet, &map.marks[i]);
    for (guint i = map.n; i > 0; i--)
        draw_mark(sheet, &map.marks[i - 1]);
    for (guint i = 0; i < map.n; i++)
        if (map.marks[i].name.width > 0)
            board_line(sheet, map.marks[i].name, map.marks[i].place->name,
                       (LineStyle) { MAX(sheet->body * 0.85, sheet->label), COLOUR_DIM, FALSE, 0 });
    draw_scale(sheet, &map);
    g_free(map.marks);
}
