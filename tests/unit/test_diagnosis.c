/* test_diagnosis.c - faults of a camera's picture from figures over time */
#include "wallctl/base/clock.h"
#include "wallctl/model/diagnosis.h"

#include <string.h>

/* What the camera shows for so many seconds. */
typedef enum {
    GOOD = 1,
    BLACK,
    NEARLY_BLACK, /* black and dark by turns */
    DARK,
    NIGHT_WITH_LAMPS,
    BRIGHT,
    FLAT,
    FOG, /* little contrast, but enough */
    BLURRED,
    PINK,
    GREY, /* infra-red */
    LAWN, /* far from grey, but of many colours */
    NOISY,
    STILL,       /* not a pixel moves */
    STILL_CLOCK, /* ... but for a clock in the first row */
    STILL_TEXT,  /* ... but for a text over the first two rows: too much for a clock */
    STILL_WORN,  /* ... but for what an encoder does to a few blocks */
    STILL_NOISE, /* ... but for a sensor's noise, from key frame to key frame */
    STILL_FAR,   /* ... but for something far away that goes through the picture */
    STILL_FLAG,  /* ... but for something in the middle */
    STILL_BLACK,
    HAND,             /* before half of the lens */
    HAND_SMALL,       /* before a quarter of it */
    HAND_DARK,        /* before all of it */
    DEFOCUSED_STREET, /* edges go, brightness of blocks stays */
    GONE,             /* no pictures */
} Look;

typedef struct {
    Look look;
    guint seconds;
} Phase;

/* A street by day: half of the blocks have something in them, everything moves a little. */
static void fill_good(QualityFigures *f)
{
    *f = (QualityFigures) { .luma = 120,
                            .low = 20,
                            .high = 220,
                            .sharpness = 0.6,
                            .cast = 8,
                            .cast_ratio = 1,
                            .neutral = 0.3,
                            .noise = 1,
                            .has_before = TRUE };
    for (int i = 0; i < QUALITY_BLOCKS; i++)
        f->block[i] =
            (QualityBlock) { .mean = 120, .range = i % 2 ? 150 : 20, .change = 40, .is_in = TRUE };
}

static void set_change(QualityFigures *f, int from, int to, guint8 change)
{
    for (int i = from; i < to; i++)
        f->block[i].change = change;
}

static void cover(QualityFigures *f, int from, int to, guint8 mean)
{
    for (int i = from; i < to; i++) {
        f->block[i].mean = mean;
        f->block[i].range = 6;
    }
}

static void fill_still(QualityFigures *f, Look look, guint second)
{
    set_change(f, 0, QUALITY_BLOCKS, second % 2 ? 9 : 0); /* a key frame between them, or not */
    if (look == STILL_CLOCK)
        set_change(f, 1, 7, 60);
    if (look == STILL_TEXT)
        set_change(f, 0, 2 * QUALITY_COLUMNS, 60);
    if (look == STILL_WORN && second % 2)
        set_change(f, 60, 66, 25);
    if (look == STILL_NOISE && second % 2)
        set_change(f, 0, QUALITY_BLOCKS, 20);
    if (look == STILL_FAR)
        set_change(f, 64 + (int)(second / 5) % 16, 65 + (int)(second / 5) % 16, 25);
    if (look == STILL_FLAG && second % 20 == 0)
        set_change(f, 70, 71, 80);
    if (look == STILL_BLACK)
        f->luma = f->low = f->high = 0;
}

static void fill(QualityFigures *f, Look look, guint second)
{
    fill_good(f);
    switch (look) {
    case BLACK:
        f->luma = f->low = 0, f->high = 6, f->sharpness = -1;
        break;
    case NEARLY_BLACK:
        f->luma = 3, f->low = 0, f->high = second % 2 ? 18 : 24;
        break;
    case DARK:
        f->luma = 12, f->low = 0, f->high = 40;
        break;
    case NIGHT_WITH_LAMPS:
        f->luma = 14, f->low = 0, f->high = 130;
        break;
    case BRIGHT:
        f->luma = 240, f->low = 190, f->high = 255;
        break;
    case FLAT:
        f->luma = 150, f->low = 145, f->high = 160, f->sharpness = -1;
        break;
    case FOG:
        f->luma = 160, f->low = 120, f->high = 190, f->sharpness = 0.35;
        break;
    case BLURRED:
        f->sharpness = 0.15;
        break;
    case PINK:
        f->cast = 30, f->cast_ratio = 2.2, f->neutral = 0;
        break;
    case GREY:
        f->cast = 0, f->cast_ratio = 0, f->neutral = 1;
        break;
    case LAWN:
        f->cast = 28, f->cast_ratio = 1.3, f->neutral = 0.01;
        break;
    case NOISY:
        f->noise = 12;
        break;
    case STILL:
    case STILL_CLOCK:
    case STILL_TEXT:
    case STILL_WORN:
    case STILL_NOISE:
    case STILL_FAR:
    case STILL_FLAG:
    case STILL_BLACK:
        fill_still(f, look, second);
        break;
    case HAND:
        cover(f, 0, QUALITY_BLOCKS * 6 / 10, 60);
        break;
    case HAND_SMALL:
        cover(f, 0, QUALITY_BLOCKS / 4, 60);
        break;
    case HAND_DARK:
        cover(f, 0, QUALITY_BLOCKS, 8), f->luma = 8, f->low = 2, f->high = 14;
        break;
    case DEFOCUSED_STREET:
        cover(f, 0, QUALITY_BLOCKS, 120);
        f->sharpness = 0.12;
        break;
    default:
        break;
    }
}

/* "70+black 95-black": what was told when, in seconds from the beginning. */
static char *run(const Phase *phases, guint n_phases, const QualityLimits *limits, guint step_s,
                 guint gap_s)
{
    Diagnosis diagnosis = { 0 };
    GString *text = g_string_new("");
    guint second = 0;
    for (guint p = 0; p < n_phases; p++) {
        for (guint end = second + phases[p].seconds; second < end; second += step_s) {
            if (phases[p].look == GONE)
                continue;
            QualityFigures figures;
            fill(&figures, phases[p].look, second);
            guint before = diagnosis.faults;
            gboolean is_changed = diagnosis_step(&diagnosis, limits, &figures,
                                                 (second + 1000) * NS_PER_SEC, gap_s * NS_PER_SEC);
            g_assert_cmpint(is_changed, ==, before != diagnosis.faults);
            for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
                guint bit = 1u << kind;
                if ((before ^ diagnosis.faults) & bit)
                    g_string_append_printf(text, "%s%u%c%s", text->len ? " " : "", second,
                                           diagnosis.faults & bit ? '+' : '-', quality_word(kind));
            }
        }
    }
    return g_string_free(text, FALSE);
}

static const struct {
    const char *name;
    Phase phases[4];
    const char *told;
} rows[] = {
    { "a good day", { { GOOD, 7200 } }, "" },
    { "a camera that restarts", { { GOOD, 60 }, { BLACK, 9 }, { GOOD, 60 } }, "" },
    { "black", { { GOOD, 60 }, { BLACK, 30 }, { GOOD, 60 } }, "70+black 95-black" },
    { "black from the beginning", { { BLACK, 30 } }, "10+black" },
    { "between black and dark", { { GOOD, 60 }, { NEARLY_BLACK, 300 } }, "120+dark" },
    { "first dark, then black",
      { { DARK, 100 }, { BLACK, 100 }, { DARK, 20 } },
      "60+dark 110+black 110-dark 205-black 205+dark" },
    { "dark", { { GOOD, 60 }, { DARK, 100 }, { GOOD, 60 } }, "120+dark 190-dark" },
    { "lamps at night", { { NIGHT_WITH_LAMPS, 7200 } }, "" },
    { "too bright", { { BRIGHT, 100 } }, "60+bright" },
    { "flat", { { GOOD, 60 }, { FLAT, 200 } }, "120+low_contrast" },
    { "fog", { { FOG, 7200 } }, "" },
    { "turning to a preset", { { GOOD, 60 }, { BLURRED, 20 }, { GOOD, 60 } }, "" },
    { "out of focus", { { GOOD, 60 }, { BLURRED, 60 }, { GOOD, 60 } }, "90+blur 135-blur" },
    { "out of focus, blocks as they were",
      { { GOOD, 100 }, { DEFOCUSED_STREET, 100 } },
      "130+blur" },
    { "the infra-red filter stuck", { { GOOD, 60 }, { PINK, 100 } }, "120+colour_cast" },
    { "infra-red at night", { { GREY, 7200 } }, "" },
    { "a lawn", { { LAWN, 7200 } }, "" },
    { "noise", { { NOISY, 100 } }, "60+noise" },
    { "frozen", { { GOOD, 60 }, { STILL, 200 }, { GOOD, 60 } }, "180+frozen 265-frozen" },
    { "frozen with a clock", { { GOOD, 60 }, { STILL_CLOCK, 200 } }, "180+frozen" },
    { "frozen, and worn by compression", { { GOOD, 60 }, { STILL_WORN, 200 } }, "180+frozen" },
    { "a quiet night", { { GOOD, 60 }, { STILL_NOISE, 7200 } }, "" },
    { "a lorry far away", { { GOOD, 60 }, { STILL_FAR, 7200 } }, "" },
    { "a text over the upper rows", { { GOOD, 60 }, { STILL_TEXT, 3600 } }, "" },
    { "a flag on a calm day", { { GOOD, 60 }, { STILL_FLAG, 3600 } }, "" },
    { "black is not frozen", { { STILL_BLACK, 3600 } }, "10+black" },
    { "a hand before the lens",
      { { GOOD, 60 }, { HAND, 100 }, { GOOD, 60 } },
      "80+covered 170-covered" },
    { "a bus stop's queue", { { GOOD, 60 }, { HAND, 15 }, { GOOD, 60 } }, "" },
    { "a leaf", { { GOOD, 60 }, { HAND_SMALL, 3600 } }, "" },
    { "a hand from the beginning says nothing", { { HAND, 3600 } }, "" },
    { "a dark cloth is dark",
      { { GOOD, 60 }, { HAND_DARK, 9 }, { GOOD, 30 }, { HAND_DARK, 100 } },
      "109+black" },
    { "an outage is no time", { { GOOD, 60 }, { BLACK, 8 }, { GONE, 60 }, { BLACK, 8 } }, "" },
    { "a fault over an outage",
      { { BLACK, 60 }, { GONE, 600 }, { GOOD, 60 } },
      "10+black 665-black" },
};

static void test_sequences(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    guint n = 0;
    while (n < G_N_ELEMENTS(rows[i].phases) && rows[i].phases[n].look)
        n++;
    g_autofree char *told = run(rows[i].phases, n, &quality_limits_default, 1, 15);
    g_assert_cmpstr(told, ==, rows[i].told);
}

/* A limit of 0: not looked for. The others are still told. */
static void test_off(void)
{
    static const struct {
        QualityKind kind;
        Look look;
        gsize limit;
    } kinds[] = {
        { QUALITY_BLACK, BLACK, offsetof(QualityLimits, black) },
        { QUALITY_FROZEN, STILL, offsetof(QualityLimits, frozen_s) },
        { QUALITY_DARK, DARK, offsetof(QualityLimits, dark) },
        { QUALITY_BRIGHT, BRIGHT, offsetof(QualityLimits, bright) },
        { QUALITY_LOW_CONTRAST, FLAT, offsetof(QualityLimits, low_contrast) },
        { QUALITY_BLUR, BLURRED, offsetof(QualityLimits, blur) },
        { QUALITY_COLOUR_CAST, PINK, offsetof(QualityLimits, colour_cast) },
        { QUALITY_NOISE, NOISY, offsetof(QualityLimits, noise) },
        { QUALITY_COVERED, HAND, offsetof(QualityLimits, covered) },
    };
    g_assert_cmpuint(G_N_ELEMENTS(kinds), ==, QUALITY_LAST);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Phase phases[] = { { GOOD, 60 }, { kinds[i].look, 300 } };
        QualityLimits limits = quality_limits_default;
        g_autofree char *with = run(phases, 2, &limits, 1, 15);
        g_assert_nonnull(strstr(with, quality_word(kinds[i].kind)));
        memcpy((char *)&limits + kinds[i].limit, &(guint) { 0 }, sizeof(guint));
        if (kinds[i].kind == QUALITY_BLACK) /* what is black is dark, too */
            limits.dark = 0;
        g_autofree char *without = run(phases, 2, &limits, 1, 15);
        g_assert_null(strstr(without, quality_word(kinds[i].kind)));
    }
}

/* A look every ten minutes: the third one in a row tells. */
static void test_sparse(void)
{
    Phase phases[] = { { GOOD, 600 }, { BLURRED, 3600 } };
    g_autofree char *told = run(phases, 2, &quality_limits_default, 600, 1500);
    g_assert_cmpstr(told, ==, "1800+blur");
    Phase once[] = { { GOOD, 600 }, { BLURRED, 1200 }, { GOOD, 600 } };
    g_autofree char *not_told = run(once, 3, &quality_limits_default, 600, 1500);
    g_assert_cmpstr(not_told, ==, "");
}

static void test_words(void)
{
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        g_assert_cmpint(quality_kind(quality_word(kind)), ==, kind);
        g_assert_cmpuint(quality_clear_s(kind), >, 0);
    }
    g_assert_cmpint(quality_kind("purple"), ==, 0);
    g_assert_cmpstr(quality_name(QUALITY_FROZEN), ==, "画面冻结");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/diagnosis/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_sequences);
    }
    g_test_add_func("/diagnosis/off", test_off);
    g_test_add_func("/diagnosis/sparse", test_sparse);
    g_test_add_func("/diagnosis/words", test_words);
    return g_test_run();
}
