/* test_draw_case.c - banners, case cards, rosters: against stored pictures; the code on a card is read
 * back by another program; what may not be seen is not drawn; a pulse moves the block and no text */
#include "pipelines/draw.h"
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_case.h"
#include "pipelines/draw_qr.h"
#include "pipelines/draw_sheet.h"
#include "tests/pipeline/board_samples.h"
#include "tests/pipeline/picture_sheet.h"
#include "wallctl/model/wording.h"

#include <glib/gstdio.h>
#include <string.h>

#define SCREEN 1080
#define MINUTE (G_GINT64_CONSTANT(60) * 1000)
#define HOUR   (60 * MINUTE)

static Bitmap *card_at(const CardSpec *sample, int width, int height)
{
    CardSpec spec = *sample;

    spec.width = width;
    spec.height = height;
    spec.screen_height = SCREEN;
    return draw_card(&spec);
}

static Bitmap *roster_at(int width, int height, gboolean is_dim)
{
    RosterSpec spec = roster_sample;

    spec.width = width;
    spec.height = height;
    spec.screen_height = SCREEN;
    spec.is_dim = is_dim;
    return draw_roster(&spec);
}

static const CardSpec *card_of(const char *name)
{
    for (guint i = 0; i < n_card_samples; i++)
        if (strcmp(card_samples[i].name, name) == 0)
            return &card_samples[i].spec;
    g_assert_not_reached();
}

/* A quarter of the screen, the size of a card over pictures (26 x 30 %), the smallest tile. */
static void test_golden_card(gconstpointer data)
{
    const CardSample *sample = data;
    g_autofree char *name = g_strdup_printf("case-card-%s", sample->name);
    Sheet sheet = sheet_new(960 + 2 + 500, 540, 0x808080);

    sheet_put(&sheet, card_at(&sample->spec, 960, 540), 0, 0);
    sheet_put(&sheet, card_at(&sample->spec, 500, 324), 962, 0);
    sheet_put(&sheet, card_at(&sample->spec, 320, 180), 962, 326);
    sheet_check(&sheet, name);
}

static void test_golden_roster(void)
{
    Sheet sheet = sheet_new(960 + 2 + 480, 540, 0x808080);

    sheet_put(&sheet, roster_at(960, 540, FALSE), 0, 0);
    sheet_put(&sheet, roster_at(480, 270, TRUE), 962, 0);
    sheet_put(&sheet, roster_at(320, 180, FALSE), 962, 272);
    sheet_check(&sheet, "case-roster");
}

/* A flood: the group, two single alarms, and how many more there are. */
static void test_golden_banners(void)
{
    static const WordingPart places[] = { { "研和街道", 6 }, { "春和街道", 4 }, { "高仓街道", 4 } };
    g_autofree char *rate = wording_flood(10, 14);
    g_autofree char *parts = wording_parts(places, G_N_ELEMENTS(places));
    const BannerSpec banners[] = {
        { .severity = SEVERITY_RED, .text = rate, .place = parts, .time = "15:04", .is_dim = TRUE },
        { .severity = SEVERITY_ORANGE,
          .text = "劳动争议",
          .place = "研和街道",
          .time = "15:04",
          .countdown = "剩 23 分" },
        { .severity = SEVERITY_YELLOW,
          .text = "征地拆迁",
          .place = "大营街街道",
          .time = "12:01",
          .countdown = "超时 3 小时",
          .is_over = TRUE },
    };
    static const BannerMoreSpec more = { .width = 1920,
                                         .screen_height = SCREEN,
                                         .n = { [SEVERITY_YELLOW] = 3, [SEVERITY_BLUE] = 2 } };
    Sheet sheet = sheet_new(1920, 3 * 98 + 48, 0x808080);

    for (guint i = 0; i < G_N_ELEMENTS(banners); i++) {
        BannerSpec spec = banners[i];
        spec.width = 1920;
        spec.screen_height = SCREEN;
        sheet_put(&sheet, draw_banner(&spec), 0, (int)i * 98);
    }
    sheet_put(&sheet, draw_banner_more(&more), 0, 3 * 98);
    sheet_check(&sheet, "case-banners");
}

/* What another program says of a picture: argv with "PICTURE" for its path. NULL if the program is not
 * there. Caller frees. */
static char *told_by(const Bitmap *bitmap, const char *const *argv)
{
    g_autofree char *program = g_find_program_in_path(argv[0]), *path = NULL;
    g_autoptr(GPtrArray) with_path = g_ptr_array_new();
    char *out = NULL;

    if (!program)
        return NULL;
    int file = g_file_open_tmp("wallctl-case-XXXXXX.png", &path, NULL);
    g_assert_cmpint(file, >=, 0);
    g_close(file, NULL);
    cairo_surface_t *surface = surface_of(bitmap, 0);
    g_assert_cmpint(cairo_surface_write_to_png(surface, path), ==, CAIRO_STATUS_SUCCESS);
    cairo_surface_destroy(surface);
    for (guint i = 0; argv[i]; i++)
        g_ptr_array_add(with_path, strcmp(argv[i], "PICTURE") == 0 ? path : (gpointer)argv[i]);
    g_ptr_array_add(with_path, NULL);
    g_assert_true(g_spawn_sync(NULL, (char **)with_path->pdata, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out,
                               NULL, NULL, NULL));
    g_unlink(path);
    return out;
}

/* zbarimg is another implementation: what it reads is what a phone reads. */
static void test_code_is_read_back(void)
{
    static const int sizes[][2] = {
        { 1920, 1080 }, { 960, 540 }, { 500, 324 }, { 480, 270 }, { 270, 480 }
    };
    static const char *const codes[] = { "HT20250522-0231", "530402/2025/000231",
                                         "ht_lower.case:1" };
    static const char *const zbarimg[] = { "zbarimg",         "-q",      "--raw", "-Sdisable",
                                           "-Sqrcode.enable", "PICTURE", NULL };

    for (guint c = 0; c < G_N_ELEMENTS(codes); c++) {
        for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
            CardSpec spec = *card_of("time-left");
            spec.code = codes[c];
            g_autoptr(Bitmap) card = card_at(&spec, sizes[i][0], sizes[i][1]);
            g_autofree char *code = told_by(card, zbarimg);
            if (!code) {
                g_test_skip("zbarimg is not installed (Debian: zbar-tools)");
                return;
            }
            g_assert_cmpstr(g_strchomp(code), ==, codes[c]); /* the code and nothing else */
        }
    }
}

/* A program that knows Chinese letters and nothing of us reads a card; of a sensitive case it finds
 * neither where nor who. */
static char *read_letters(const CardSpec *sample)
{
    static const char *const tesseract[] = { "tesseract", "PICTURE", "-",  "-l",
                                             "chi_sim",   "--psm",   "11", NULL };
    g_autoptr(Bitmap) card = card_at(sample, 960, 540);
    g_autofree char *text = told_by(card, tesseract);
    GString *letters = g_string_new(NULL);

    for (const char *p = text; p && *p; p++)
        if (!g_ascii_isspace(*p))
            g_string_append_c(letters, *p);
    return g_string_free(letters, FALSE);
}

static void test_read_by_ocr(void)
{
    g_autofree char *open = read_letters(card_of("time-left"));
    g_autofree char *sensitive = read_letters(card_of("sensitive"));

    if (!*open) {
        g_test_skip("tesseract is not installed (Debian: tesseract-ocr-chi-sim)");
        return;
    }
    g_test_message("%s", open);
    g_test_message("%s", sensitive);
    g_assert_nonnull(strstr(open, "HT20250522-0231"));
    g_assert_nonnull(strstr(open, "劳动争议"));
    g_assert_nonnull(strstr(open, "研和街道"));
    g_assert_nonnull(strstr(open, "剩2天4小时"));
    g_assert_nonnull(strstr(open, "社会保障局"));
    g_assert_nonnull(strstr(open, "0877-0000008"));
    g_assert_nonnull(strstr(sensitive, "婚姻家庭"));
    g_assert_nonnull(strstr(sensitive, "剩9小时"));
    g_assert_null(strstr(sensitive, "凤凰"));
    g_assert_null(strstr(sensitive, "综治中心"));
    g_assert_null(strstr(sensitive, "书记"));
    g_assert_null(strstr(sensitive, "0877"));
}

static void test_codes_that_do_not_fit(void)
{
    g_autofree char *endless = g_strnfill(4000, 'A');
    cairo_t *cr = sheet_begin(200, 200);

    g_assert_true(qr_draw(cr, "HT20250522-0231", 0, 0, 200));
    g_assert_true(qr_draw(cr, "HT20250522-0231", 0, 0, 58)); /* 29 modules of 2 px */
    g_assert_false(qr_draw(cr, "HT20250522-0231", 0, 0, 57));
    g_assert_false(qr_draw(cr, "HT20250522-0231", 0, 0, -1));
    g_assert_false(qr_draw(cr, "", 0, 0, 200));
    g_assert_false(qr_draw(cr, NULL, 0, 0, 200));
    g_assert_false(qr_draw(cr, endless, 0, 0, 200));
    bitmap_unref(sheet_end(cr));
}

/* Where it is and who deals with it would tell neighbours whose case it is. */
static void test_sensitive(void)
{
    static const int sizes[][2] = { { 960, 540 }, { 480, 270 }, { 320, 180 } };

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        CardSpec spec = *card_of("sensitive");
        g_autoptr(Bitmap) before = card_at(&spec, sizes[i][0], sizes[i][1]);
        spec.region = "玉兴街道";
        spec.lead_org = "别的单位";
        spec.owner_title = "别的职务";
        spec.contact = "别的值班室";
        spec.phone = "0877-0000009";
        g_autoptr(Bitmap) after = card_at(&spec, sizes[i][0], sizes[i][1]);
        g_assert_true(bitmap_equal(before, after));
        spec.is_sensitive = FALSE;
        g_autoptr(Bitmap) open = card_at(&spec, sizes[i][0], sizes[i][1]);
        g_assert_false(bitmap_equal(before, open));
    }
}

/* Whatever is left out for want of room, a number on the card is whole: changing its last digit changes
 * the picture wherever changing its first one does. */
static void test_number_is_whole(void)
{
    static const char *const others[] = { "1877-0000008", "0877-0000009" };
    CardSpec spec = *card_of("time-left");
    guint n_drawn = 0;

    for (int width = 160; width <= 960; width += 40) {
        spec.phone = "0877-0000008";
        g_autoptr(Bitmap) card = card_at(&spec, width, 540);
        spec.phone = others[0];
        g_autoptr(Bitmap) first = card_at(&spec, width, 540);
        spec.phone = others[1];
        g_autoptr(Bitmap) last = card_at(&spec, width, 540);
        g_assert_cmpint(bitmap_equal(card, first), ==, bitmap_equal(card, last));
        n_drawn += !bitmap_equal(card, last);
    }
    g_assert_cmpuint(n_drawn, >, 10);
}

/* What is drawn makes a difference, what is left out makes none: the contact first, then the owner, then the lead, the
 * code's picture, the stages' names; never severity, subject, countdown and the code's text. */
static void other_phone(CardSpec *spec)
{
    spec->phone = "0877-0000009";
}

static void no_contact(CardSpec *spec)
{
    spec->contact = spec->phone = NULL;
}

static void no_owner(CardSpec *spec)
{
    spec->owner_title = NULL;
}

static void no_lead(CardSpec *spec)
{
    spec->lead_org = NULL;
}

static void other_stage(CardSpec *spec)
{
    spec->present = 2;
}

static void other_severity(CardSpec *spec)
{
    spec->severity = SEVERITY_BLUE;
}

static void other_risk(CardSpec *spec)
{
    spec->risk = RISK_HIGH;
}

static void other_category(CardSpec *spec)
{
    spec->category = "邻里纠纷";
}

static void other_countdown(CardSpec *spec)
{
    spec->countdown.left_ms = -MINUTE;
}

static void other_code(CardSpec *spec)
{
    spec->code = "HT20250522-0232";
}

static const struct {
    const char *name;
    int width, height;
    void (*change)(CardSpec *spec);
    gboolean is_drawn;
} parts[] = {
    { "phone, quarter", 960, 540, other_phone, TRUE },
    { "phone, over pictures", 500, 324, other_phone, TRUE },
    { "contact, sixteenth", 480, 270, no_contact, FALSE },
    { "contact, small", 320, 180, no_contact, FALSE },
    { "contact, wide and low", 960, 180, no_contact, FALSE },
    { "phone, portrait", 270, 480, other_phone, TRUE },
    { "owner, quarter", 960, 540, no_owner, TRUE },
    { "owner, over pictures", 500, 324, no_owner, TRUE },
    { "owner, sixteenth", 480, 270, no_owner, TRUE },
    { "owner, small", 320, 180, no_owner, FALSE },
    { "lead, small", 320, 180, no_lead, FALSE },
    { "lead, wide and low", 960, 180, no_lead, FALSE },
    { "stage, small", 320, 180, other_stage, TRUE },
    { "stage, strip", 320, 100, other_stage, FALSE },
    { "severity, small", 320, 180, other_severity, TRUE },
    { "severity, strip", 320, 100, other_severity, TRUE },
    { "risk, small", 320, 180, other_risk, TRUE },
    { "category, strip", 320, 100, other_category, TRUE },
    { "countdown, small", 320, 180, other_countdown, TRUE },
    { "code, small", 320, 180, other_code, TRUE },
    { "countdown, portrait", 270, 480, other_countdown, TRUE },
    { "owner, portrait", 270, 480, no_owner, TRUE },
};

static void test_left_out(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    CardSpec spec = *card_of("time-left");
    g_autoptr(Bitmap) before = card_at(&spec, parts[i].width, parts[i].height);

    parts[i].change(&spec);
    g_autoptr(Bitmap) after = card_at(&spec, parts[i].width, parts[i].height);
    g_assert_true(bitmap_equal(before, after) == !parts[i].is_drawn);
}

static const struct {
    const char *name;
    Countdown countdown;
    const char *words;
    guint32 colour;
} countdowns[] = {
    { "begun", { 20 * HOUR, 0, FALSE }, "剩 20 小时", COLOUR_CALM },
    { "at 79 percent", { HOUR, 79, FALSE }, "剩 1 小时", COLOUR_CALM },
    { "at 80 percent", { HOUR, 80, FALSE }, "剩 1 小时", COLOUR_SOON },
    { "at 99 percent", { MINUTE, 99, FALSE }, "剩 1 分", COLOUR_SOON },
    { "at 100 percent", { 0, 100, FALSE }, "剩不足 1 分", COLOUR_OVER },
    { "over", { -3 * HOUR, 130, FALSE }, "超时 3 小时", COLOUR_OVER },
    { "over, whatever the percent", { -1, 99, FALSE }, "超时不足 1 分", COLOUR_OVER },
    { "paused", { HOUR, 90, TRUE }, "计时中止", COLOUR_QUIET },
};

static void test_countdown(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *words = countdown_words(&countdowns[i].countdown);

    g_assert_cmpstr(words, ==, countdowns[i].words);
    g_assert_cmpuint(countdown_colour(&countdowns[i].countdown), ==, countdowns[i].colour);
}

/* Pixels that text covers wholly (white), and where the pictures differ. */
typedef struct {
    guint n_white[2], n_changed;
    int left, right, top, bottom; /* of what changed */
} Change;

static Change compare(const Bitmap *a, const Bitmap *b)
{
    Change change = { .left = a->width, .top = a->height };

    g_assert_cmpint(a->width, ==, b->width);
    g_assert_cmpint(a->height, ==, b->height);
    for (int y = 0; y < a->height; y++) {
        for (int x = 0; x < a->width; x++) {
            guint8 va = a->plane[0][y * a->stride[0] + x], vb = b->plane[0][y * b->stride[0] + x];
            change.n_white[0] += va >= 235;
            change.n_white[1] += vb >= 235;
            if (va == vb)
                continue;
            change.n_changed++;
            change.left = MIN(change.left, x);
            change.right = MAX(change.right, x);
            change.top = MIN(change.top, y);
            change.bottom = MAX(change.bottom, y);
        }
    }
    return change;
}

static void test_banner_pulse(void)
{
    BannerSpec spec = { .width = 1920,
                        .screen_height = SCREEN,
                        .severity = SEVERITY_RED,
                        .text = "水位超限",
                        .place = "飞井海水库",
                        .countdown = "剩 23 分" };
    g_autoptr(Bitmap) bright = draw_banner(&spec);
    spec.is_dim = TRUE;
    g_autoptr(Bitmap) dim = draw_banner(&spec);
    Change change = compare(bright, dim);

    g_assert_cmpint(change.left, ==, 0);
    g_assert_cmpint(change.right, <, 1920 / 5); /* the block alone */
    g_assert_cmpuint(change.n_changed, >, 10000);
    g_assert_cmpuint(change.n_white[0], ==, change.n_white[1]);
}

static void test_roster_pulse(void)
{
    g_autoptr(Bitmap) bright = roster_at(480, 270, FALSE);
    g_autoptr(Bitmap) dim = roster_at(480, 270, TRUE);
    Change change = compare(bright, dim);

    g_assert_cmpuint(change.n_changed, >, 5000);
    g_assert_cmpuint(change.n_white[0], ==, change.n_white[1]);
    g_assert_cmpint(change.bottom - change.top, <, 270 / 4); /* the row of who is missing */
}

/* Everybody is there: nothing pulses. */
static void test_quiet_roster(void)
{
    static const RosterRow rows[] = { { "区人社局", WHISTLE_ARRIVED, "15:05", "15:16", MINUTE } };
    RosterSpec spec = { 480, 270, SCREEN, "研和街道 吹哨", NULL, rows, 1, FALSE };
    g_autoptr(Bitmap) bright = draw_roster(&spec);
    spec.is_dim = TRUE;
    g_autoptr(Bitmap) dim = draw_roster(&spec);

    g_assert_true(bitmap_equal(bright, dim));
}

/* Ten were called and there is room for a few: who is missing is there, wherever it stands. */
static void test_missing_first(void)
{
    RosterRow rows[10];
    RosterSpec spec = { 320, 180, SCREEN, "研和街道 吹哨", NULL, rows, 10, FALSE };

    for (guint i = 0; i < 10; i++)
        rows[i] = (RosterRow) { "区人社局", WHISTLE_ACKNOWLEDGED, "15:05", NULL, MINUTE };
    g_autoptr(Bitmap) nobody = draw_roster(&spec);
    rows[0].state = WHISTLE_MISSED_ARRIVAL;
    g_autoptr(Bitmap) first = draw_roster(&spec);
    rows[0].state = WHISTLE_ACKNOWLEDGED;
    rows[9].state = WHISTLE_MISSED_ARRIVAL;
    g_autoptr(Bitmap) last = draw_roster(&spec);
    g_assert_true(bitmap_equal(first, last));
    g_assert_false(bitmap_equal(first, nobody));
}

static const struct {
    const char *name;
    int width;
    gboolean has_time;
} banners[] = {
    { "16:9", 1920, TRUE },
    { "4:3", 1440, TRUE },
    { "square", 1080, TRUE },
    { "portrait", 608, FALSE },
};

/* The countdown is never left out, the time is on a narrow screen. */
static void test_banner_width(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    BannerSpec spec = { .width = banners[i].width,
                        .screen_height = SCREEN,
                        .severity = SEVERITY_ORANGE,
                        .text = "劳动争议",
                        .place = "研和街道黄草坝村委会",
                        .time = "15:04",
                        .countdown = "剩 23 分" };
    g_autoptr(Bitmap) full = draw_banner(&spec);

    g_assert_cmpint(full->height, <=, SCREEN * 9 / 100);
    spec.time = "17:58";
    g_autoptr(Bitmap) other_time = draw_banner(&spec);
    g_assert_true(bitmap_equal(full, other_time) == !banners[i].has_time);
    spec.time = "15:04";
    spec.countdown = "剩 22 分";
    g_autoptr(Bitmap) other_countdown = draw_banner(&spec);
    g_assert_false(bitmap_equal(full, other_countdown));
}

/* Nothing, nonsense, and every size: GLib's, Pango's and cairo's complaints are fatal in a test. */
static void test_hostile(void)
{
    static const int sizes[][2] = { { 960, 540 }, { 480, 270 }, { 320, 180 }, { 160, 90 },
                                    { 600, 20 },  { 20, 600 },  { 2, 2 } };
    g_autofree char *endless = g_strnfill(100 * 1000, 'W');
    const char *hostile[] = { NULL, "", endless, "<b>&", "\377\376", "\342\200\256x" };

    for (guint h = 0; h < G_N_ELEMENTS(hostile); h++) {
        const char *t = hostile[h];
        const char *stages[] = { t ? t : "", "二" };
        RosterRow rows[] = { { t, (WhistleState)99, t, t, G_MAXINT64 },
                             { t, WHISTLE_MISSED_ACK, NULL, t, G_MININT64 } };
        for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
            CardSpec card = { sizes[i][0],
                              sizes[i][1],
                              SCREEN,
                              t,
                              t,
                              t,
                              FALSE,
                              (Severity)99,
                              (Risk)99,
                              t,
                              stages,
                              h % 3,
                              77,
                              t,
                              { G_MININT64, G_MAXUINT, FALSE },
                              t,
                              t,
                              t,
                              t };
            g_autoptr(Bitmap) drawn = draw_card(&card);
            g_assert_nonnull(drawn);
            RosterSpec roster = { sizes[i][0], sizes[i][1], SCREEN, t, t, rows, h % 3, FALSE };
            g_autoptr(Bitmap) called = draw_roster(&roster);
            g_assert_nonnull(called);
            g_assert_true(drawn->is_opaque && called->is_opaque);
        }
    }
    CardSpec odd = { .width = 321, .height = 180, .screen_height = SCREEN };
    RosterSpec none = { .width = 320, .height = 0, .screen_height = SCREEN };
    g_assert_null(draw_card(&odd));
    g_assert_null(draw_roster(&none));
}

static Bitmap *draw_for_speed(guint what, guint round)
{
    static BannerSpec banner = { .width = 1920,
                                 .screen_height = SCREEN,
                                 .severity = SEVERITY_RED,
                                 .text = "劳动争议",
                                 .place = "研和街道",
                                 .time = "15:04",
                                 .countdown = "剩 23 分" };

    banner.is_dim = round % 2 == 0;
    return what == 0   ? card_at(card_of("time-left"), 500, 324)
           : what == 1 ? roster_at(480, 270, round % 2 == 0)
                       : draw_banner(&banner);
}

static void test_speed(void)
{
    static const char *const names[] = { "card 500x324", "roster 480x270", "banner 1920x92" };

    for (guint what = 0; what < G_N_ELEMENTS(names); what++) {
        bitmap_unref(draw_for_speed(what, 0)); /* fonts */
        double start = spent_ms();
        for (guint round = 0; round < 50; round++)
            bitmap_unref(draw_for_speed(what, round));
        double ms = (spent_ms() - start) / 50;
        g_test_message("%s: %.2f ms", names[what], ms);
        g_assert_cmpfloat(ms, <=, 10);
    }
}

#define ADD_TABLE(prefix, table, function)                                                         \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/case/" prefix "/%s", table[i].name);             \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), function);                                 \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < n_card_samples; i++) {
        g_autofree char *path = g_strdup_printf("/case/golden/card-%s", card_samples[i].name);
        g_test_add_data_func(path, &card_samples[i], test_golden_card);
    }
    g_test_add_func("/case/golden/roster", test_golden_roster);
    g_test_add_func("/case/golden/banners", test_golden_banners);
    g_test_add_func("/case/code-is-read-back", test_code_is_read_back);
    g_test_add_func("/case/read-by-ocr", test_read_by_ocr);
    g_test_add_func("/case/codes-that-do-not-fit", test_codes_that_do_not_fit);
    g_test_add_func("/case/sensitive", test_sensitive);
    g_test_add_func("/case/number-is-whole", test_number_is_whole);
    ADD_TABLE("left-out", parts, test_left_out);
    ADD_TABLE("countdown", countdowns, test_countdown);
    g_test_add_func("/case/banner-pulse", test_banner_pulse);
    g_test_add_func("/case/roster-pulse", test_roster_pulse);
    g_test_add_func("/case/quiet-roster", test_quiet_roster);
    g_test_add_func("/case/missing-first", test_missing_first);
    ADD_TABLE("banner", banners, test_banner_width);
    g_test_add_func("/case/hostile", test_hostile);
    if (g_test_perf())
        g_test_add_func("/case/speed", test_speed);
    return g_test_run();
}
