/* test_supervisor.c - when work is shed and when it is taken back */
#include "wallctl/supervisor.h"

#include "wallctl/base/clock.h"

static const LoadSample calm = { .slack = 0.9 };
static const LoadSample busy_machine = { .slack = 0.9, .machine = 1.0 };
static const LoadSample neither = { .slack = 0.4 };
static const LoadSample behind = { .slack = 0.9, .behind = 1, .backlog = 20 };
static const LoadSample late = { .slack = 0.9, .late_ticks = 3 };
static const LoadSample tight = { .slack = 0.1 };

static LoadState after(LoadState state, const LoadSample *sample, guint looks)
{
    for (guint i = 0; i < looks; i++)
        state = load_next(state, sample);
    return state;
}

static void test_up(void)
{
    static const struct {
        const LoadSample *sample;
        guint looks;
        LoadLevel expected;
    } rows[] = {
        { &calm, 100, LOAD_NORMAL },        { &busy_machine, 100, LOAD_NORMAL },
        { &neither, 100, LOAD_NORMAL },     { &behind, 1, LOAD_NO_LOOP_FILTER },
        { &late, 2, LOAD_NO_LOOK_AHEAD },   { &tight, 3, LOAD_KEY_FRAMES },
        { &late, 4, LOAD_LOW_RATE },        { &behind, 2, LOAD_NO_LOOP_FILTER },
        { &behind, 3, LOAD_NO_LOOK_AHEAD }, { &behind, 6, LOAD_KEY_FRAMES },
        { &behind, 7, LOAD_LOW_RATE },      { &behind, 50, LOAD_LOW_RATE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(after((LoadState) { 0 }, rows[i].sample, rows[i].looks).level, ==,
                        rows[i].expected);
}

static void test_down(void)
{
    LoadState shed = after((LoadState) { 0 }, &late, 4);
    g_assert_cmpint(after(shed, &calm, 9).level, ==, LOAD_LOW_RATE);
    g_assert_cmpint(after(shed, &calm, 10).level, ==, LOAD_KEY_FRAMES);
    g_assert_cmpint(after(shed, &calm, 40).level, ==, LOAD_NORMAL);
    g_assert_cmpint(after(shed, &neither, 100).level, ==, LOAD_LOW_RATE);
    LoadState interrupted = load_next(after(shed, &calm, 9), &neither);
    g_assert_cmpint(after(interrupted, &calm, 9).level, ==, LOAD_LOW_RATE);
}

/* Pressure right after a step down: the next one takes twice as long, and so on. */
static void test_no_flapping(void)
{
    LoadState state = after((LoadState) { 0 }, &behind, 1);
    guint previous = 0;
    for (guint round = 0; round < 4; round++) {
        guint looks = 0;
        while (state.level == LOAD_NO_LOOP_FILTER && looks < 1000) {
            state = load_next(state, &calm);
            looks++;
        }
        g_assert_cmpint(state.level, ==, LOAD_NORMAL);
        if (previous)
            g_assert_cmpuint(looks, ==, previous * 2);
        previous = looks;
        state = load_next(state, &behind);
        g_assert_cmpint(state.level, ==, LOAD_NO_LOOP_FILTER);
    }
    /* Two quiet minutes forgive. */
    state = after(state, &calm, 600);
    g_assert_cmpint(state.level, ==, LOAD_NORMAL);
    g_assert_cmpuint(state.needed, ==, 10);
}

/* Each step down that holds halves what the next one waits for. */
static void test_recovery(void)
{
    LoadState state = { .level = LOAD_LOW_RATE, .needed = 160 };
    const guint looks[] = { 160, 80, 40, 20 };
    for (gsize i = 0; i < G_N_ELEMENTS(looks); i++) {
        state = after(state, &calm, looks[i] - 1);
        g_assert_cmpint(state.level, ==, LOAD_LOW_RATE - (int)i);
        state = after(state, &calm, 1);
        g_assert_cmpint(state.level, ==, LOAD_LOW_RATE - (int)i - 1);
    }
    g_assert_cmpint(state.level, ==, LOAD_NORMAL);
}

/* Decoding the kept GOP of cameras that have just come on glass is not pressure; what still waits 2 s later is. */
static void test_scene_change(void)
{
    static const struct {
        gint64 since_look_ms;
        guint waiting, backlog, behind;
    } rows[] = {
        { 0, 50, 0, 0 },    { 1900, 50, 0, 0 }, { 2000, 50, 50, 1 },
        { 60000, 6, 6, 1 }, { 60000, 5, 5, 0 }, { 60000, 0, 0, 0 },
    };
    const gint64 now = G_GINT64_CONSTANT(1000) * NS_PER_SEC;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        LoadSample sample = { .slack = 1 };
        ReelFacts facts = { .waiting = rows[i].waiting,
                            .looked_ns = now - rows[i].since_look_ms * NS_PER_MS };
        load_add_feed(&sample, &facts, now);
        g_assert_cmpuint(sample.backlog, ==, rows[i].backlog);
        g_assert_cmpuint(sample.behind, ==, rows[i].behind);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/supervisor/up", test_up);
    g_test_add_func("/supervisor/down", test_down);
    g_test_add_func("/supervisor/no_flapping", test_no_flapping);
    g_test_add_func("/supervisor/recovery", test_recovery);
    g_test_add_func("/supervisor/scene_change", test_scene_change);
    return g_test_run();
}
