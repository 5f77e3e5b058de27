/* test_draw_golden.c - slates, labels, plates and strips against stored pictures, and that the
 * comparison sees a difference */
#include "pipelines/draw.h"
#include "pipelines/draw_sheet.h"
#include "tests/pipeline/picture_sheet.h"
#include "tests/support/golden.h"

#include <glib/gstdio.h>

#define SCREEN 1080

static const SlateSpec states[] = {
    { .sign = SIGN_EMPTY, .number = 7 },
    { .sign = SIGN_CONNECTING, .name = "研和路口", .since = "15:03:22 起" },
    { .sign = SIGN_WAIT_KEYFRAME, .name = "研和路口", .since = "15:03:22 起" },
    { .sign = SIGN_OFFLINE,
      .name = "飞井海水库大坝",
      .cause = "网络不通：连接被拒绝",
      .since = "15:03:22 起",
      .next = "15:04:17 重试" },
    { .sign = SIGN_CREDENTIALS,
      .name = "大营街文化广场",
      .cause = "密码被摄像机拒绝（401）",
      .since = "11-20 15:03:22 起",
      .next = "15:08:22 重试" },
    { .sign = SIGN_CODEC,
      .name = "黄草坝村委会",
      .cause = "编码 H.263 不支持",
      .since = "15:03:22 起" },
    { .sign = SIGN_NO_RIGHT, .name = "看守所周界 3 号" },
    { .sign = SIGN_MASK_FAILED,
      .name = "春和街道服务大厅",
      .cause = "画面不显示",
      .since = "15:03:22 起" },
    { .sign = SIGN_GONE, .name = "桃源路口", .cause = "不在当前配置中" },
    { .sign = SIGN_COVERED },
};

static Bitmap *slate_at(guint state, int width, int height)
{
    SlateSpec spec = states[state];

    spec.width = width;
    spec.height = height;
    spec.screen_height = SCREEN;
    return draw_slate(&spec);
}

static const struct {
    const char *name;
    int width, height;
    guint first, last, columns; /* of states */
} slate_sheets[] = {
    { "slates-480x270", 480, 270, 3, 4, 2 }, { "slates-320x180", 320, 180, 3, 8, 3 },
    { "slates-160x90", 160, 90, 0, 8, 3 },   { "slates-270x480", 270, 480, 4, 5, 2 },
    { "slates-covered", 480, 270, 9, 9, 1 },
};

static void test_slates(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data), columns = slate_sheets[i].columns;
    guint n = slate_sheets[i].last + 1 - slate_sheets[i].first;
    int width = slate_sheets[i].width + 2, height = slate_sheets[i].height + 2;
    Sheet sheet =
        sheet_new((int)columns * width, (int)((n + columns - 1) / columns) * height, COLOUR_WALL);

    for (guint s = 0; s < n; s++)
        sheet_put(&sheet, slate_at(slate_sheets[i].first + s, width - 2, height - 2),
                  (int)(s % columns) * width, (int)(s / columns) * height);
    sheet_check(&sheet, slate_sheets[i].name);
}

/* The largest size once, nameless as under a label, with a cause of two lines. */
static void test_large_slate(void)
{
    Sheet sheet = sheet_new(960, 540, COLOUR_WALL);
    SlateSpec spec = { .width = 960,
                       .height = 540,
                       .screen_height = SCREEN,
                       .sign = SIGN_OFFLINE,
                       .cause = "摄像机无应答，同一交换机下的另外三路也没有应答，请先检查研和街道机"
                                "房的供电和上联光纤，再检查摄像机",
                       .since = "15:03:22 起",
                       .next = "15:04:17 重试" };

    sheet_put(&sheet, draw_slate(&spec), 0, 0);
    sheet_check(&sheet, "slate-960x540");
}

static void test_labels(void)
{
    static const LabelSpec labels[] = {
        { 480, SCREEN, "大营街街道", "大营街文化广场", "遮挡" },
        { 480, SCREEN, "研和街道", "飞井海水库大坝溢洪道下游左岸水位观测点二号杆", NULL },
        { 240, SCREEN, "春和街道", "黄草坝村委会", NULL },
        { 160, SCREEN, "春和街道", "黄草坝村委会", "遮挡" },
        { 480, SCREEN, "", "CAM-17 <gate> & more", NULL },
    };
    /* White is the worst that can lie under a label. */
    Sheet sheet = sheet_new(500, 40 * G_N_ELEMENTS(labels), 0xF4F4F4);

    for (guint i = 0; i < G_N_ELEMENTS(labels); i++)
        sheet_put(&sheet, draw_label(&labels[i]), 10, (int)i * 40 + 5);
    sheet_check(&sheet, "labels");
}

static void test_plates(void)
{
    Sheet sheet = sheet_new(700, 240, 0x8A8F94);

    sheet_put(&sheet, draw_stale(480, SCREEN, 4), 10, 10);
    sheet_put(&sheet, draw_stale(480, SCREEN, 125), 10, 80);
    sheet_put(&sheet, draw_stale(160, SCREEN, 14), 400, 10);
    sheet_put(&sheet, draw_clock(SCREEN, "红塔区综治中心 · 主墙", "2026-11-21 15:04:05"), 10, 160);
    sheet_check(&sheet, "plates");
}

static void test_strips(void)
{
    static const BannerSpec banners[] = {
        { .severity = SEVERITY_RED,
          .text = "水库水位超汛限 0.6 米",
          .place = "飞井海水库",
          .countdown = "超时 3 小时",
          .is_over = TRUE },
        { .severity = SEVERITY_ORANGE,
          .text = "多人聚集",
          .place = "大营街文化广场东门",
          .time = "15:04",
          .countdown = "剩 23 分",
          .is_dim = TRUE },
        { .severity = SEVERITY_YELLOW,
          .text =
              "劳资纠纷 · 春和街道黄草坝村委会，已派单区人社局、春和街道综治中心和司法所，限 20 "
              "天内办结" },
        { .severity = SEVERITY_BLUE,
          .text = "占道经营",
          .place = "桃源路口",
          .time = "14:58",
          .countdown = "剩 2 天 4 小时" },
        { .severity = SEVERITY_NONE, .text = "今日 16:00 视频点名" },
    };
    static const BannerMoreSpec more = {
        .width = 960,
        .screen_height = SCREEN / 2,
        .n = { [SEVERITY_ORANGE] = 1, [SEVERITY_YELLOW] = 2, [SEVERITY_BLUE] = 2 },
    };
    int y = 0;
    Sheet sheet = sheet_new(960, 50 * (G_N_ELEMENTS(banners) + 1) + 10, 0x8A8F94);

    for (guint i = 0; i < G_N_ELEMENTS(banners); i++, y += 50) {
        BannerSpec spec = banners[i];
        spec.width = 960;
        spec.screen_height = SCREEN / 2;
        sheet_put(&sheet, draw_banner(&spec), 0, y);
    }
    sheet_put(&sheet, draw_banner_more(&more), 0, y);
    sheet_put(&sheet,
              draw_ticker(960, SCREEN / 2, "今日 16:00 全区视频调度会 · 大风蓝色预警，阵风 7 级"),
              0, y + 30);
    sheet_check(&sheet, "strips");
}

/* Any two states must fail each other's comparison, also without colour and without names and
 * causes. */
static void make_grey(cairo_surface_t *surface)
{
    guint8 *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);

    for (int y = 0; y < cairo_image_surface_get_height(surface); y++) {
        for (int x = 0; x < cairo_image_surface_get_width(surface); x++) {
            guint8 *pixel = data + y * stride + x * 4;
            double grey = 0.0722 * pixel[0] + 0.7152 * pixel[1] + 0.2126 * pixel[2];
            pixel[0] = pixel[1] = pixel[2] = (guint8)grey;
        }
    }
    cairo_surface_mark_dirty(surface);
}

static void test_states_differ_in_grey(void)
{
    cairo_surface_t *surfaces[G_N_ELEMENTS(states)];

    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        SlateSpec spec = {
            .width = 160, .height = 90, .screen_height = SCREEN, .sign = states[i].sign, .number = 7
        };
        g_autoptr(Bitmap) bitmap = draw_slate(&spec);
        surfaces[i] = surface_of(bitmap, 0);
        make_grey(surfaces[i]);
    }
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        for (guint k = 0; k < i; k++) {
            double mean, worst_cell;
            golden_difference(surfaces[i], surfaces[k], &mean, &worst_cell);
            g_test_message("states %u and %u: mean %.1f, worst cell %.0f", k, i, mean, worst_cell);
            g_assert_cmpfloat(mean, >, 2 * GOLDEN_MEAN);
            g_assert_cmpfloat(worst_cell, >, GOLDEN_CELL);
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
        cairo_surface_destroy(surfaces[i]);
}

/* A comparison that never fails would be worth nothing: a wrong picture fails and leaves its
 * traces. */
static void test_mismatch_is_noticed(void)
{
    if (g_test_subprocess()) {
        Sheet sheet = sheet_new(700, 240, 0x8A8F94);
        sheet_put(&sheet, draw_stale(480, SCREEN, 5), 10, 10);
        sheet_check(&sheet, "plates");
        return;
    }
    g_autofree char *built = g_dir_make_tmp("wallctl-golden-XXXXXX", NULL);
    g_assert_nonnull(built);
    g_setenv("G_TEST_BUILDDIR", built, TRUE); /* for the subprocess: this one has read it */
    g_unsetenv("WALLCTL_UPDATE");
    g_test_trap_subprocess(NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_autofree char *folder = g_build_filename(built, "golden", NULL);
    g_autofree char *actual = g_build_filename(folder, "plates.actual.png", NULL);
    g_autofree char *difference = g_build_filename(folder, "plates.diff.png", NULL);
    g_assert_cmpint(g_unlink(actual), ==, 0);
    g_assert_cmpint(g_unlink(difference), ==, 0);
    g_rmdir(folder);
    g_rmdir(built);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(slate_sheets); i++) {
        g_autofree char *path = g_strdup_printf("/draw/golden/%s", slate_sheets[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_slates);
    }
    g_test_add_func("/draw/golden/large-slate", test_large_slate);
    g_test_add_func("/draw/golden/labels", test_labels);
    g_test_add_func("/draw/golden/plates", test_plates);
    g_test_add_func("/draw/golden/strips", test_strips);
    g_test_add_func("/draw/golden/mismatch-is-noticed", test_mismatch_is_noticed);
    g_test_add_func("/draw/golden/states-differ-in-grey", test_states_differ_in_grey);
    return g_test_run();
}
