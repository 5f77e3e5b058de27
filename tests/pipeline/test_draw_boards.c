/* test_draw_boards.c - boards against stored pictures, at every size, what is left out when, with
 * nothing and with nonsense in them */
#include "pipelines/draw_board.h"
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "tests/pipeline/board_samples.h"
#include "tests/pipeline/picture_sheet.h"

#include <string.h>

#define SCREEN 1080

static Bitmap *board_at(const BoardSpec *sample, int width, int height, int screen_height)
{
    BoardSpec spec = *sample;

    spec.width = width;
    spec.height = height;
    spec.screen_height = screen_height;
    return draw_board(&spec);
}

static const BoardSpec *sample_of(const char *name)
{
    for (guint i = 0; i < n_board_samples; i++)
        if (strcmp(board_samples[i].name, name) == 0)
            return &board_samples[i].spec;
    g_assert_not_reached();
}

/* A quarter of the screen, a sixteenth and the smallest tile of each kind on one picture. */
static void test_golden(gconstpointer data)
{
    const BoardSample *sample = data;
    g_autofree char *name = g_strdup_printf("board-%s", sample->name);
    Sheet sheet = sheet_new(960 + 2 + 480, 540, 0x808080);

    sheet_put(&sheet, board_at(&sample->spec, 960, 540, SCREEN), 0, 0);
    sheet_put(&sheet, board_at(&sample->spec, 480, 270, SCREEN), 962, 0);
    sheet_put(&sheet, board_at(&sample->spec, 320, 180, SCREEN), 962, 272);
    sheet_check(&sheet, name);
}

/* The page of a briefing takes a whole screen. */
static void test_golden_full(void)
{
    Sheet sheet = sheet_new(1920, 1080, 0x808080);

    sheet_put(&sheet, board_at(sample_of("briefing"), 1920, 1080, SCREEN), 0, 0);
    sheet_check(&sheet, "board-briefing-1920x1080");
}

static void test_sizes(gconstpointer data)
{
    static const struct {
        int width, height, screen_height;
    } sizes[] = {
        { 1920, 1080, 1080 }, { 960, 540, 1080 }, { 640, 360, 1080 },   { 480, 270, 1080 },
        { 320, 180, 1080 },   { 270, 480, 1080 }, { 180, 640, 1080 },   { 1920, 120, 1080 },
        { 160, 90, 1080 },    { 32, 18, 1080 },   { 2, 2, 1080 },       { 2, 600, 1080 },
        { 600, 2, 1080 },     { 640, 360, 360 },  { 3840, 2160, 2160 }, { 480, 270, 2160 },
        { 480, 270, 1 },
    };
    const BoardSample *sample = data;

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(Bitmap) board =
            board_at(&sample->spec, sizes[i].width, sizes[i].height, sizes[i].screen_height);
        g_autoptr(Bitmap) again =
            board_at(&sample->spec, sizes[i].width, sizes[i].height, sizes[i].screen_height);
        g_assert_nonnull(board);
        g_assert_cmpint(board->width, ==, sizes[i].width);
        g_assert_cmpint(board->height, ==, sizes[i].height);
        g_assert_true(board->is_opaque);
        g_assert_true(bitmap_equal(board, again));
    }
}

/* Every step between a line and a poster, also where a part has just no room left. */
static void test_steps(gconstpointer data)
{
    static const int widths[] = { 62, 160, 320, 700 };
    const BoardSample *sample = data;

    for (guint w = 0; w < G_N_ELEMENTS(widths); w++) {
        for (int height = 4; height <= 300; height += height < 120 ? 6 : 22) {
            g_autoptr(Bitmap) board = board_at(&sample->spec, widths[w], height, SCREEN);
            g_assert_nonnull(board);
        }
    }
}

static void test_refused(void)
{
    const BoardSpec *sample = sample_of("counter");
    BoardSpec unknown = *sample;

    g_assert_null(board_at(sample, 0, 180, SCREEN));
    g_assert_null(board_at(sample, 321, 180, SCREEN));
    g_assert_null(board_at(sample, 320, 181, SCREEN));
    g_assert_null(board_at(sample, -320, 180, SCREEN));
    unknown.kind = 0;
    g_assert_null(board_at(&unknown, 320, 180, SCREEN));
    unknown.kind = (BoardKind)(BOARD_LAST + 1);
    g_assert_null(board_at(&unknown, 320, 180, SCREEN));
    unknown.kind = (BoardKind)-1;
    g_assert_null(board_at(&unknown, 320, 180, SCREEN));
}

/* What is drawn makes a difference, what is left out makes none. */
static void change_title(BoardSpec *spec)
{
    spec->title = "别的";
}

static void change_as_of(BoardSpec *spec)
{
    spec->as_of = "15:05";
}

static void change_history(BoardSpec *spec)
{
    spec->counter.n_history = 3;
}

static void change_first_comparison(BoardSpec *spec)
{
    spec->counter.comparisons[0].before = 1;
}

static void change_last_comparison(BoardSpec *spec)
{
    spec->counter.comparisons[2].before = 1;
}

static void change_value(BoardSpec *spec)
{
    spec->counter.value = 228;
}

static void change_part(BoardSpec *spec)
{
    spec->rate.part = 707;
}

static void change_rate_comparison(BoardSpec *spec)
{
    spec->rate.comparisons[1].part = 1;
}

static void change_code(BoardSpec *spec)
{
    static DeadlineRow rows[2];

    memcpy(rows, spec->deadlines.rows, sizeof rows);
    rows[1].code = "HT20250519-0999";
    spec->deadlines.rows = rows;
    spec->deadlines.n = 2;
    spec->deadlines.n_all = 2;
}

static void leave_two(BoardSpec *spec)
{
    spec->deadlines.n = 2;
    spec->deadlines.n_all = 2;
}

static void change_change(BoardSpec *spec)
{
    static NamedCount items[5];

    memcpy(items, spec->five.items, sizeof items);
    items[0].before = 1;
    spec->five.items = items;
}

static void change_done(BoardSpec *spec)
{
    static CampaignRow rows[8];

    memcpy(rows, spec->campaign.rows, sizeof rows);
    rows[2].done = 880;
    rows[2].all = 1040; /* the same share */
    spec->campaign.rows = rows;
}

static const struct {
    const char *name, *sample;
    int width, height;
    void (*before)(BoardSpec *spec); /* or NULL */
    void (*change)(BoardSpec *spec);
    gboolean is_drawn;
} parts[] = {
    { "title, small", "counter", 320, 180, NULL, change_title, TRUE },
    { "as_of", "counter", 320, 180, NULL, change_as_of, TRUE },
    { "as_of beside a long title", "rate", 160, 90, NULL, change_as_of, FALSE },
    { "value, tiny", "counter", 160, 90, NULL, change_value, TRUE },
    { "history, sixteenth", "counter", 480, 270, NULL, change_history, TRUE },
    { "history, small", "counter", 320, 180, NULL, change_history, FALSE },
    { "first comparison, small", "counter", 320, 180, NULL, change_first_comparison, TRUE },
    { "first comparison, tiny", "counter", 160, 90, NULL, change_first_comparison, FALSE },
    { "last comparison, sixteenth", "counter", 480, 270, NULL, change_last_comparison, TRUE },
    { "last comparison, small", "counter", 320, 180, NULL, change_last_comparison, FALSE },
    { "rate, tiny", "rate", 160, 90, NULL, change_part, TRUE },
    { "second rate comparison, quarter", "rate", 960, 540, NULL, change_rate_comparison, TRUE },
    { "second rate comparison, sixteenth", "rate", 480, 270, NULL, change_rate_comparison, FALSE },
    { "code, quarter", "deadlines", 960, 540, leave_two, change_code, TRUE },
    { "code, sixteenth", "deadlines", 480, 270, leave_two, change_code, FALSE },
    { "change, small", "five", 320, 180, NULL, change_change, TRUE },
    { "change, tiny", "five", 160, 90, NULL, change_change, FALSE },
    { "counts of a share, sixteenth", "campaign", 480, 270, NULL, change_done, TRUE },
    { "counts of a share, small", "campaign", 320, 180, NULL, change_done, FALSE },
};

static void test_left_out(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    BoardSpec spec = *sample_of(parts[i].sample);

    if (parts[i].before)
        parts[i].before(&spec);
    g_autoptr(Bitmap) before = board_at(&spec, parts[i].width, parts[i].height, SCREEN);
    parts[i].change(&spec);
    g_autoptr(Bitmap) after = board_at(&spec, parts[i].width, parts[i].height, SCREEN);
    g_assert_true(bitmap_equal(before, after) == !parts[i].is_drawn);
}

/* Healthy sources are left out, never the ill one, wherever it stands. */
static void test_worst_first(void)
{
    BoardSpec spec = *sample_of("sources");
    SourceRow rows[16];

    g_assert_cmpuint(spec.sources.n, ==, G_N_ELEMENTS(rows));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        rows[i] = (SourceRow) { "云综治", SOURCE_LIVE, 3000, 0 };
    spec.sources.rows = rows;
    rows[0].state = SOURCE_SILENT;
    g_autoptr(Bitmap) first = board_at(&spec, 320, 180, SCREEN);
    rows[0].state = SOURCE_LIVE;
    g_autoptr(Bitmap) healthy = board_at(&spec, 320, 180, SCREEN);
    rows[15].state = SOURCE_SILENT;
    g_autoptr(Bitmap) last = board_at(&spec, 320, 180, SCREEN);
    g_assert_true(bitmap_equal(first, last));
    g_assert_false(bitmap_equal(first, healthy));
}

/* No type is smaller than a label of the screen, however many rows there are. */
static void test_rows(void)
{
    static const int sizes[][2] = { { 1920, 1080 }, { 960, 540 }, { 480, 270 },
                                    { 320, 180 },   { 270, 480 }, { 160, 90 } };

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        BoardSheet sheet;
        g_assert_true(board_begin(&sheet, sizes[i][0], sizes[i][1], SCREEN));
        g_assert_cmpfloat(sheet.title, >=, label_size(SCREEN));
        g_assert_cmpfloat(sheet.body, >=, label_size(SCREEN));
        g_assert_cmpfloat(sheet.label, >=, label_size(SCREEN));
        board_head(&sheet, "题目", "15:04");
        for (guint n = 1; n < 200; n = n * 3 / 2 + 1) {
            RowGrid grid = board_rows(&sheet, n, sheet.label * 9, 1);
            Box last = board_cell(&grid, grid.columns * grid.rows - 1);
            g_assert_cmpfloat(grid.size, >=, label_size(SCREEN));
            g_assert_cmpuint(grid.shown, <=, n);
            g_assert_cmpuint(grid.shown + (grid.shown < n), <=, grid.columns * grid.rows);
            g_assert_cmpfloat(grid.cell.height, >=, grid.size * 0.99);
            g_assert_cmpfloat(last.x + last.width, <=, sheet.room.x + sheet.room.width + 0.01);
            g_assert_cmpfloat(last.y + last.height, <=, sheet.room.y + sheet.room.height + 0.01);
        }
        bitmap_unref(sheet_end(sheet.cr));
    }
}

static void test_nothing(void)
{
    for (guint kind = BOARD_FUNNEL; kind <= BOARD_LAST; kind++) {
        BoardSpec spec = { .kind = kind, .title = NULL };
        g_autoptr(Bitmap) large = board_at(&spec, 960, 540, SCREEN);
        g_autoptr(Bitmap) small = board_at(&spec, 320, 180, SCREEN);
        g_assert_nonnull(large);
        g_assert_nonnull(small);
    }
}

/* GLib's, Pango's and cairo's complaints are fatal in a test, so drawing is the test. */
static void test_hostile(void)
{
    g_autofree char *endless = g_strnfill(100 * 1000, 'W');
    const char *hostile[] = { endless, "<b>&amp;", "\377\376", "\342\200\256abc", "", "%s%n%d" };
    static const int sizes[][2] = { { 480, 270 }, { 320, 180 }, { 160, 90 }, { 2, 2 } };

    for (guint h = 0; h < G_N_ELEMENTS(hostile); h++) {
        const char *t = hostile[h];
        NamedCount counts[] = { { t, G_MAXUINT64, 0, TRUE }, { t, 0, G_MAXUINT64, TRUE } };
        guint64 history[] = { G_MAXUINT64, 0, 1 };
        DeadlineRow rows[] = { { t, t, { G_MININT64, G_MAXUINT, FALSE } },
                               { t, t, { G_MAXINT64, 0, TRUE } } };
        SourceRow sources[] = { { t, (SourceState)99, G_MAXINT64, G_MININT64 },
                                { t, SOURCE_LATE, 0, G_MAXINT64 } };
        CampaignRow villages[] = { { t, G_MAXUINT64 / 100, 1 }, { t, 1, 0 } };
        MapPlace places[] = { { t, G_MAXINT32, G_MININT32, G_MAXUINT64, (Severity)77 },
                              { t, 0, 0, 0, SEVERITY_RED },
                              { t, 0, 0, 1, SEVERITY_RED } };
        const BoardSpec specs[] = {
            { .kind = BOARD_FUNNEL, .funnel = { counts, 2, 9 } },
            { .kind = BOARD_COUNTER,
              .counter = { G_MAXUINT64, t, { { t, 0 }, { t, 1 }, { t, 2 } }, history, 3 } },
            { .kind = BOARD_RATE, .rate = { G_MAXUINT64, 1, t, t, { { t, 1, 0 } } } },
            { .kind = BOARD_DEADLINES, .deadlines = { rows, 2, 0 } },
            { .kind = BOARD_FIVE, .five = { counts, 2, t } },
            { .kind = BOARD_SOURCES, .sources = { sources, 2 } },
            { .kind = BOARD_CAMPAIGN, .campaign = { villages, 2 } },
            { .kind = BOARD_MAP, .map = { places, 3 } },
            { .kind = BOARD_WEATHER, .weather = { G_MAXUINT64, 0, counts, 2 } },
            { .kind = BOARD_BRIEFING,
              .briefing = { t, t, { { t, G_MAXUINT64, 1, t, 0, 0, TRUE } }, 99 } },
        };
        for (guint i = 0; i < G_N_ELEMENTS(specs); i++) {
            for (guint s = 0; s < G_N_ELEMENTS(sizes); s++) {
                BoardSpec spec = specs[i];
                spec.title = spec.as_of = t;
                g_autoptr(Bitmap) board = board_at(&spec, sizes[s][0], sizes[s][1], SCREEN);
                g_assert_nonnull(board);
            }
        }
    }
}

/* All at one place, and more than fit anywhere: it comes to an end, and the first ones keep their
 * marks. */
static void test_crowded_map(void)
{
    g_autofree MapPlace *places = g_new(MapPlace, 1000);
    BoardSpec spec = { .kind = BOARD_MAP, .title = "一处", .map = { places, 1000 } };

    for (guint i = 0; i < 1000; i++)
        places[i] = (MapPlace) { "同一处", 102500000, 24300000, i % 7, SEVERITY_BLUE };
    g_autoptr(Bitmap) board = board_at(&spec, 480, 270, SCREEN);
    g_assert_nonnull(board);
}

static const struct {
    const char *name;
    guint64 today, usual;
    Sky expected;
} skies[] = {
    { "nothing", 0, 40, SKY_CLEAR },
    { "at 80 percent", 32, 40, SKY_CLEAR },
    { "just above", 33, 40, SKY_CLOUDY },
    { "as usual", 40, 40, SKY_CLOUDY },
    { "at 120 percent", 48, 40, SKY_CLOUDY },
    { "more", 49, 40, SKY_OVERCAST },
    { "at 160 percent", 64, 40, SKY_OVERCAST },
    { "much more", 65, 40, SKY_RAIN },
    { "at 220 percent", 88, 40, SKY_RAIN },
    { "a storm", 89, 40, SKY_STORM },
    { "nothing ever", 0, 0, SKY_CLEAR },
    { "the first ever", 1, 0, SKY_CLOUDY },
    { "several first", 3, 0, SKY_STORM },
    { "without overflow", G_MAXUINT64, G_MAXUINT64, SKY_CLOUDY },
};

static void test_sky(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);

    g_assert_cmpint(board_sky(skies[i].today, skies[i].usual), ==, skies[i].expected);
}

static void test_sky_words(void)
{
    for (Sky a = SKY_CLEAR; a <= SKY_STORM; a++)
        for (Sky b = SKY_CLEAR; b < a; b++)
            g_assert_cmpstr(board_sky_word(a), !=, board_sky_word(b));
    g_assert_cmpstr(board_sky_word(SKY_CLEAR), ==, "晴");
    g_assert_cmpstr(board_sky_word((Sky)99), ==, "");
}

/* A board of a sixteenth of the screen in 10 ms, the mean of many: what one thread can draw while 25
 * of them change at once. */
static void test_speed(gconstpointer data)
{
    static const int sizes[][2] = { { 480, 270 }, { 1920, 1080 } };
    const BoardSample *sample = data;

    for (guint s = 0; s < G_N_ELEMENTS(sizes); s++) {
        guint rounds = s == 0 ? 50 : 8;
        bitmap_unref(board_at(&sample->spec, sizes[s][0], sizes[s][1], SCREEN)); /* fonts */
        double start = spent_ms();
        for (guint i = 0; i < rounds; i++)
            bitmap_unref(board_at(&sample->spec, sizes[s][0], sizes[s][1], SCREEN));
        double ms = (spent_ms() - start) / rounds;
        g_test_message("%s %dx%d: %.2f ms", sample->name, sizes[s][0], sizes[s][1], ms);
        if (s == 0)
            g_assert_cmpfloat(ms, <=, 10);
    }
}

#define ADD_SAMPLES(prefix, function)                                                              \
    for (guint i = 0; i < n_board_samples; i++) {                                                  \
        g_autofree char *path = g_strdup_printf("/boards/" prefix "/%s", board_samples[i].name);   \
        g_test_add_data_func(path, &board_samples[i], function);                                   \
    }

#define ADD_TABLE(prefix, table, function)                                                         \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/boards/" prefix "/%s", table[i].name);           \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), function);                                 \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_SAMPLES("golden", test_golden);
    g_test_add_func("/boards/golden/briefing-full", test_golden_full);
    ADD_SAMPLES("sizes", test_sizes);
    ADD_SAMPLES("steps", test_steps);
    g_test_add_func("/boards/refused", test_refused);
    ADD_TABLE("left-out", parts, test_left_out);
    g_test_add_func("/boards/worst-first", test_worst_first);
    g_test_add_func("/boards/rows", test_rows);
    g_test_add_func("/boards/nothing", test_nothing);
    g_test_add_func("/boards/hostile", test_hostile);
    g_test_add_func("/boards/crowded-map", test_crowded_map);
    ADD_TABLE("sky", skies, test_sky);
    g_test_add_func("/boards/sky-words", test_sky_words);
    if (g_test_perf())
        ADD_SAMPLES("speed", test_speed);
    return g_test_run();
}
