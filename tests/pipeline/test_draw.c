/* test_draw.c - sizes, contrast, what is left out when, hostile text, two threads */
#include "pipelines/draw.h"
#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"
#include "pipelines/draw_text.h"
#include "tests/pipeline/picture_sheet.h"
#include "wallctl/base/error.h"

#include <glib/gstdio.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#define SCREEN 1080

static void assert_even(const Bitmap *bitmap)
{
    g_assert_nonnull(bitmap);
    g_assert_cmpint(bitmap->width % 2, ==, 0);
    g_assert_cmpint(bitmap->height % 2, ==, 0);
}

/* Contrast of two colours by WCAG 2. */
static double luminance(guint32 colour)
{
    static const double weight[3] = { 0.0722, 0.7152, 0.2126 };
    double sum = 0;

    for (int i = 0; i < 3; i++) {
        double c = (colour >> (8 * i) & 0xFF) / 255.0;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(guint32 a, guint32 b)
{
    double la = luminance(a), lb = luminance(b);

    return (MAX(la, lb) + 0.05) / (MIN(la, lb) + 0.05);
}

static void test_contrast(void)
{
    g_assert_cmpfloat(fabs(contrast(0x000000, 0xFFFFFF) - 21), <, 0.01);
    for (Severity severity = SEVERITY_NONE; severity <= SEVERITY_RED; severity++) {
        const SeverityStyle *style = severity_style(severity);
        g_test_message("%s: %.1f", style->word, contrast(style->block, style->ink));
        g_assert_cmpfloat(contrast(style->block, style->ink), >=, 4.5);
        g_assert_cmpfloat(contrast(style->dim, style->ink), >=, 4.5);
    }
    g_assert_cmpuint(severity_style(SEVERITY_RED)->ink, ==, 0xFFFFFF);
    g_assert_cmpuint(severity_style(SEVERITY_BLUE)->ink, ==, 0xFFFFFF);
    g_assert_cmpuint(severity_style(SEVERITY_ORANGE)->ink, ==, 0x000000);
    g_assert_cmpuint(severity_style(SEVERITY_YELLOW)->ink, ==, 0x000000);
    g_assert_cmpfloat(contrast(COLOUR_BRIGHT, COLOUR_STRIP), >=, 4.5);
    g_assert_cmpfloat(contrast(COLOUR_OVER, COLOUR_STRIP), >=, 4.5);
    static const guint32 on_wall[] = { COLOUR_BRIGHT, COLOUR_DIM,  COLOUR_QUIET, COLOUR_ACCENT,
                                       COLOUR_CALM,   COLOUR_SOON, COLOUR_OVER };
    for (guint i = 0; i < G_N_ELEMENTS(on_wall); i++)
        g_assert_cmpfloat(contrast(on_wall[i], COLOUR_WALL), >=, 4.5);
    for (Sign sign = SIGN_CONNECTING; sign <= SIGN_COVERED; sign++)
        g_assert_cmpfloat(contrast(sign_colour(sign), COLOUR_SLATE), >=, 4.5);
}

static Bitmap *sign_alone(Sign sign)
{
    cairo_t *cr = sheet_begin(40, 40);

    sign_draw(cr, sign, 20, 20, 40);
    return sheet_end(cr);
}

/* The words and colours aside: how much of the drawn area two signs have in common, at the size of
 * the smallest tiles. */
static void test_silhouettes(void)
{
    for (Sign a = SIGN_CONNECTING; a <= SIGN_COVERED; a++) {
        g_autoptr(Bitmap) left = sign_alone(a);
        for (Sign b = SIGN_CONNECTING; b < a; b++) {
            g_autoptr(Bitmap) right = sign_alone(b);
            double both = 0, any = 0;
            for (int i = 0; i < 40 * 40; i++) {
                int at = i / 40 * left->stride[3] + i % 40;
                both += MIN(left->plane[3][at], right->plane[3][at]);
                any += MAX(left->plane[3][at], right->plane[3][at]);
            }
            g_test_message("signs %d and %d: %.0f %% in common", b, a, 100 * both / any);
            g_assert_cmpfloat(any, >, 255 * 100);
            g_assert_cmpfloat(both / any, <, 0.6);
        }
    }
}

static SlateSpec full_slate(int width, int height)
{
    return (SlateSpec) { .width = width,
                         .height = height,
                         .screen_height = SCREEN,
                         .sign = SIGN_OFFLINE,
                         .number = 3,
                         .name = "研和路口",
                         .cause = "摄像机无应答",
                         .since = "15:03:22 起",
                         .next = "15:04:17 重试" };
}

/* Leaves out one line after the other: what is not drawn makes no difference, what is drawn does.
 */
static const struct {
    const char *name;
    int width, height;
    gboolean has_name, has_cause, has_since, has_next;
} tiles[] = {
    { "quarter", 960, 540, TRUE, TRUE, TRUE, TRUE },
    { "ninth", 640, 360, TRUE, TRUE, TRUE, TRUE },
    { "sixteenth", 480, 270, TRUE, TRUE, TRUE, TRUE },
    { "384x216", 384, 216, TRUE, TRUE, FALSE, FALSE },
    { "320x180", 320, 180, TRUE, FALSE, FALSE, FALSE },
    { "160x90", 160, 90, FALSE, FALSE, FALSE, FALSE },
    { "portrait", 152, 270, TRUE, TRUE, TRUE, FALSE },
    { "tall portrait", 152, 400, TRUE, TRUE, TRUE, TRUE },
};

static void test_left_out(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    SlateSpec spec = full_slate(tiles[i].width, tiles[i].height);
    g_autoptr(Bitmap) full = draw_slate(&spec);
    const struct {
        const char **field;
        gboolean is_drawn;
    } lines[] = { { &spec.next, tiles[i].has_next },
                  { &spec.since, tiles[i].has_since },
                  { &spec.cause, tiles[i].has_cause } };

    for (guint k = 0; k < G_N_ELEMENTS(lines); k++) {
        const char *text = *lines[k].field;
        *lines[k].field = NULL;
        g_autoptr(Bitmap) without = draw_slate(&spec);
        g_test_message("line %u of %s", k, tiles[i].name);
        g_assert_cmpint(bitmap_equal(full, without), ==, !lines[k].is_drawn);
        if (lines[k].is_drawn)
            *lines[k].field = text;
    }
    spec = full_slate(tiles[i].width, tiles[i].height);
    spec.name = "大坝";
    g_autoptr(Bitmap) renamed = draw_slate(&spec);
    g_assert_cmpint(bitmap_equal(full, renamed), ==, !tiles[i].has_name);
}

/* Everything is drawn in any tile, the label's strip stays free where there is room at all, and the
 * sign is there. */
static void test_slate_sizes(void)
{
    static const int sides[] = { 2, 4, 16, 44, 60, 90, 134, 180, 270, 480, 1080 };

    for (guint w = 0; w < G_N_ELEMENTS(sides); w++) {
        for (guint h = 0; h < G_N_ELEMENTS(sides); h++) {
            SlateSpec spec = full_slate(sides[w], sides[h]);
            g_autoptr(Bitmap) slate = draw_slate(&spec);
            g_assert_nonnull(slate);
            g_assert_cmpint(slate->width, ==, sides[w]);
            g_assert_cmpint(slate->height, ==, sides[h]);
            g_assert_true(slate->is_opaque);
            int ground = slate->plane[0][0], brightest = 0;
            for (int y = 0; y < slate->height; y++) {
                for (int x = 0; x < slate->width; x++) {
                    int luma = slate->plane[0][y * slate->stride[0] + x];
                    brightest = MAX(brightest, luma);
                    if (sides[h] >= 90 && y >= slate->height - label_height(SCREEN))
                        g_assert_cmpint(luma, ==, ground);
                }
            }
            if (sides[w] >= 16 && sides[h] >= 16)
                g_assert_cmpint(brightest, >, ground + 80);
        }
    }
    SlateSpec odd = full_slate(161, 90);
    g_assert_null(draw_slate(&odd));
    SlateSpec none = full_slate(0, 90);
    g_assert_null(draw_slate(&none));
}

/* A change of state keeps sign and word where they were: the first lit row is the same for all
 * states of one tile size, give or take the outlines of the signs. */
static int first_lit_row(const Bitmap *slate)
{
    int ground = slate->plane[0][0];

    for (int y = 0; y < slate->height; y++)
        for (int x = 0; x < slate->width; x++)
            if (slate->plane[0][y * slate->stride[0] + x] > ground + 40)
                return y;
    return slate->height;
}

static void test_positions_stand(void)
{
    SlateSpec full = full_slate(480, 270);
    SlateSpec bare = full;
    bare.cause = bare.since = bare.next = NULL;
    g_autoptr(Bitmap) a = draw_slate(&full);
    g_autoptr(Bitmap) b = draw_slate(&bare);

    g_assert_cmpint(first_lit_row(a), ==, first_lit_row(b));
}

static void test_label(void)
{
    static const struct {
        int max_width;
        const char *region, *name, *mark;
        gboolean is_drawn;
    } rows[] = {
        { 480, "研和街道", "研和路口", NULL, TRUE },
        { 480, "", "研和路口", "遮挡", TRUE },
        { 480, "研和街道", "", NULL, TRUE },
        { 480, "研和街道", NULL, NULL, TRUE },
        { 161, "研和街道", "飞井海水库大坝溢洪道", "遮挡", TRUE },
        { 60, "研和街道", "飞井海水库大坝溢洪道", "遮挡", TRUE },
        { 480, "", "", "遮挡", FALSE },
        { 480, " \n", "\t", NULL, FALSE },
        { 20, "研和街道", "研和路口", NULL, FALSE },
        { 0, "", "研和路口", NULL, FALSE },
    };

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        LabelSpec spec = { rows[i].max_width, SCREEN, rows[i].region, rows[i].name, rows[i].mark };
        g_autoptr(Bitmap) label = draw_label(&spec);
        g_assert_cmpint(label != NULL, ==, rows[i].is_drawn);
        if (!label)
            continue;
        assert_even(label);
        g_assert_cmpint(label->width, <=, rows[i].max_width);
        g_assert_cmpint(label->height, ==, label_height(SCREEN));
        /* 55 % black in the corner, where no text is. */
        g_assert_cmpint(label->plane[3][0], ==, 140);
        g_assert_cmpint(label->plane[0][0], ==, 16);
    }
}

static void test_label_name_first(void)
{
    LabelSpec narrow = { 160, SCREEN, "大营街街道", "文化广场东门", NULL };
    LabelSpec alone = { 160, SCREEN, "", "文化广场东门", NULL };
    g_autoptr(Bitmap) with_region = draw_label(&narrow);
    g_autoptr(Bitmap) without = draw_label(&alone);

    g_assert_true(bitmap_equal(with_region, without));
    narrow.max_width = alone.max_width = 480;
    g_autoptr(Bitmap) wide = draw_label(&narrow);
    g_assert_cmpint(wide->width, >, without->width);
}

static void test_stale(void)
{
    g_autoptr(Bitmap) reference = draw_stale(480, SCREEN, 0);

    for (guint age = 0; age < 100; age += 9) {
        g_autoptr(Bitmap) plate = draw_stale(480, SCREEN, MIN(age, 59));
        g_assert_cmpint(plate->width, ==, reference->width);
    }
    static const int widths[] = { 2, 8, 40, 90, 161, 240, 1000 };
    static const guint ages[] = { 0, 4, 10, 61, 3600, G_MAXUINT };
    for (guint w = 0; w < G_N_ELEMENTS(widths); w++) {
        for (guint a = 0; a < G_N_ELEMENTS(ages); a++) {
            g_autoptr(Bitmap) plate = draw_stale(widths[w], SCREEN, ages[a]);
            if (!plate) { /* no room for readable type */
                g_assert_true(widths[w] < 90 || ages[a] > 3600);
                continue;
            }
            assert_even(plate);
            g_assert_cmpint(plate->width, <=, widths[w]);
        }
    }
}

static void test_clock_width(void)
{
    static const char *const times[] = { "2026-11-21 15:04:05", "2011-11-11 11:11:11",
                                         "2008-08-08 08:08:08", "2047-12-30 17:47:47" };
    g_autoptr(Bitmap) reference = draw_clock(SCREEN, "红塔区综治中心 · 主墙", times[0]);

    assert_even(reference);
    for (guint i = 1; i < G_N_ELEMENTS(times); i++) {
        g_autoptr(Bitmap) clock = draw_clock(SCREEN, "红塔区综治中心 · 主墙", times[i]);
        g_assert_cmpint(clock->width, ==, reference->width);
        g_assert_false(bitmap_equal(clock, reference));
    }
    g_autoptr(Bitmap) nameless = draw_clock(SCREEN, "", times[0]);
    g_assert_cmpint(nameless->width, <, reference->width);
}

/* The same text in all its places. */
static Bitmap *banner_of(int width, int screen_height, Severity severity, const char *text)
{
    return draw_banner(&(BannerSpec) { .width = width,
                                       .screen_height = screen_height,
                                       .severity = severity,
                                       .text = text,
                                       .place = text,
                                       .time = text,
                                       .countdown = text });
}

static void test_strips(void)
{
    static const int screens[] = { 360, 720, 1080, 1920, 2160 };
    g_autofree char *long_text = g_strnfill(4000, 'W');

    for (guint i = 0; i < G_N_ELEMENTS(screens); i++) {
        for (Severity severity = SEVERITY_NONE; severity <= SEVERITY_RED; severity++) {
            g_autoptr(Bitmap) banner = banner_of(screens[i], screens[i], severity, long_text);
            assert_even(banner);
            g_assert_cmpint(banner->width, ==, screens[i]);
            g_assert_cmpint(banner->height, <=, screens[i] * 0.09);
            g_assert_true(banner->is_opaque);
        }
        g_autoptr(Bitmap) ticker = draw_ticker(screens[i], screens[i], "短");
        assert_even(ticker);
        g_assert_cmpint(ticker->width, ==, screens[i]);
        g_assert_cmpint(ABS(ticker->height - screens[i] * 45 / 1000), <=, 2);
        g_autoptr(Bitmap) endless = draw_ticker(screens[i], screens[i], long_text);
        g_assert_cmpint(endless->width, >, screens[i]);
        g_assert_cmpint(endless->width, <=, 16384);
    }
    g_autoptr(Bitmap) narrow = banner_of(8, SCREEN, SEVERITY_RED, "窄");
    assert_even(narrow);
    g_autoptr(Bitmap) unknown = banner_of(800, SCREEN, (Severity)77, "未知");
    g_autoptr(Bitmap) none = banner_of(800, SCREEN, SEVERITY_NONE, "未知");
    g_assert_true(bitmap_equal(unknown, none));
}

static const struct {
    const char *name, *text, *expected;
} texts[] = {
    { "plain", "研和路口", "研和路口" },
    { "nothing", NULL, "" },
    { "blanks", "  研和\n\t 路口\r\n ", "研和 路口" },
    { "line separators", "a\342\200\250b\342\200\251c", "a b c" },
    { "control", "a\001\033[31mb\177", "a[31mb" },
    { "override", "abc\342\200\256gpj.exe\342\200\254", "abcgpj.exe" },
    { "isolate", "\342\201\246x\342\201\251", "x" },
    { "marks of direction", "\342\200\217x\342\200\216\330\234", "x" },
    { "zero width", "\357\273\277a\342\200\213b\342\200\215c", "abc" },
    { "markup", "<b>&amp;</b>", "<b>&amp;</b>" },
    { "invalid UTF-8", "a\377b\300\200", "a\357\277\275b\357\277\275\357\277\275" },
};

static void test_clean(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *clean = text_clean(texts[i].text);

    g_assert_cmpstr(clean, ==, texts[i].expected);
}

static void test_clean_long(void)
{
    g_autofree char *million = g_strnfill(1000 * 1000, 'x');
    g_autofree char *clean = text_clean(million);

    g_assert_cmpuint(strlen(clean), ==, 512);
}

/* GLib's and Pango's complaints are fatal in a test, so drawing is the test. */
static void test_hostile_text(void)
{
    g_autofree char *million = g_strnfill(1000 * 1000, 'x');
    g_autofree char *marks = g_strnfill(3000, 'x');
    const char *hostile[] = { million,
                              marks,
                              "<span foreground='red'>&",
                              "\377\376",
                              "\342\200\256abc",
                              "\330\247\331\204\330\271\330\261\330\250\331\212\330\251",
                              "👩‍👩‍👧‍👦🇨🇳",
                              "",
                              "%s%n%d",
                              "\360\240\200\200\360\252\232\245" };

    for (gsize i = 1; i + 1 < strlen(marks); i += 2)
        memcpy(marks + i, "\314\201", 2); /* x with very many accents */
    for (guint i = 0; i < G_N_ELEMENTS(hostile); i++) {
        LabelSpec label = { 480, SCREEN, hostile[i], hostile[i], hostile[i] };
        bitmap_unref(draw_label(&label));
        SlateSpec slate = full_slate(480, 270);
        slate.name = slate.cause = slate.since = slate.next = hostile[i];
        g_autoptr(Bitmap) drawn = draw_slate(&slate);
        assert_even(drawn);
        g_autoptr(Bitmap) banner = banner_of(1920, SCREEN, SEVERITY_RED, hostile[i]);
        assert_even(banner);
        g_autoptr(Bitmap) ticker = draw_ticker(1920, SCREEN, hostile[i]);
        assert_even(ticker);
        g_autoptr(Bitmap) clock = draw_clock(SCREEN, hostile[i], hostile[i]);
        assert_even(clock);
    }
}

static void test_markup_is_text(void)
{
    TextStyle style = { .size = 20 };
    g_autoptr(Text) plain = text_new("x", &style);
    g_autoptr(Text) markup = text_new("<b>x</b>", &style);

    g_assert_cmpfloat(markup->width, >, plain->width * 3);
}

typedef struct {
    Bitmap *slate, *label, *clock;
} Drawn;

static void draw_some(Drawn *drawn)
{
    SlateSpec slate = full_slate(320, 180);
    LabelSpec label = { 480, SCREEN, "研和街道", "研和路口", "遮挡" };

    *drawn = (Drawn) { draw_slate(&slate), draw_label(&label),
                       draw_clock(SCREEN, "主墙", "2026-11-21 15:04:05") };
}

static void drawn_clear(Drawn *drawn)
{
    bitmap_unref(drawn->slate);
    bitmap_unref(drawn->label);
    bitmap_unref(drawn->clock);
}

static void *draw_like_reference(void *data)
{
    const Drawn *reference = data;

    for (guint i = 0; i < 20; i++) {
        Drawn drawn;
        draw_some(&drawn);
        g_assert_true(bitmap_equal(drawn.slate, reference->slate));
        g_assert_true(bitmap_equal(drawn.label, reference->label));
        g_assert_true(bitmap_equal(drawn.clock, reference->clock));
        drawn_clear(&drawn);
    }
    return NULL;
}

static void test_threads(void)
{
    pthread_t threads[2];
    Drawn reference;

    draw_some(&reference);
    for (guint round = 0; round < 2; round++) { /* threads end and others begin */
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            g_assert_cmpint(pthread_create(&threads[i], NULL, draw_like_reference, &reference), ==,
                            0);
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            pthread_join(threads[i], NULL);
    }
    drawn_clear(&reference);
}

static void test_fonts_here(void)
{
    g_autoptr(GError) error = NULL;
    gboolean has_fonts = draw_check_fonts(&error);

    g_assert_no_error(error);
    g_assert_true(has_fonts);
}

static void test_no_fonts(void)
{
    g_autoptr(GError) error = NULL;

    if (g_test_subprocess()) {
        g_assert_false(draw_check_fonts(&error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
        g_assert_nonnull(strstr(error->message, "fonts-noto-cjk"));
        return;
    }
    g_autofree char *folder = g_dir_make_tmp("wallctl-fonts-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *file = g_build_filename(folder, "fonts.conf", NULL);
    g_autofree char *text =
        g_strdup_printf("<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
                        "<fontconfig><dir>%s</dir></fontconfig>",
                        folder);
    g_file_set_contents(file, text, -1, &error);
    g_assert_no_error(error);
    const char *before = g_getenv("FONTCONFIG_FILE");
    g_autofree char *kept = g_strdup(before);
    g_setenv("FONTCONFIG_FILE", file, TRUE);
    g_test_trap_subprocess(NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    if (kept)
        g_setenv("FONTCONFIG_FILE", kept, TRUE);
    else
        g_unsetenv("FONTCONFIG_FILE");
    g_unlink(file);
    g_rmdir(folder);
    g_test_trap_assert_passed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/draw/fonts/here", test_fonts_here);
    g_test_add_func("/draw/fonts/none", test_no_fonts);
    g_test_add_func("/draw/contrast", test_contrast);
    g_test_add_func("/draw/silhouettes", test_silhouettes);
    for (guint i = 0; i < G_N_ELEMENTS(tiles); i++) {
        g_autofree char *path = g_strdup_printf("/draw/slate/left-out/%s", tiles[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_left_out);
    }
    g_test_add_func("/draw/slate/sizes", test_slate_sizes);
    g_test_add_func("/draw/slate/positions-stand", test_positions_stand);
    g_test_add_func("/draw/label/sizes", test_label);
    g_test_add_func("/draw/label/name-first", test_label_name_first);
    g_test_add_func("/draw/stale", test_stale);
    g_test_add_func("/draw/clock", test_clock_width);
    g_test_add_func("/draw/strips", test_strips);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autofree char *path = g_strdup_printf("/draw/text/clean/%s", texts[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_clean);
    }
    g_test_add_func("/draw/text/clean/long", test_clean_long);
    g_test_add_func("/draw/text/hostile", test_hostile_text);
    g_test_add_func("/draw/text/markup-is-text", test_markup_is_text);
    g_test_add_func("/draw/threads", test_threads);
    return g_test_run();
}
