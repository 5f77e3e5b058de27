/* cli_print.c - answers of the daemon as text for people */
#include "wallctl/cli_print.h"

#include "wallctl/cli_words.h"
#include "wallctl/model/calendar.h"

#include <stdio.h>
#include <string.h>

struct Table {
    guint n_columns;
    GPtrArray *cells; /* char *, row after row, headings first */
};

guint term_columns(const char *text)
{
    guint columns = 0;
    for (const char *c = text; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        columns += g_unichar_iszerowidth(character) ? 0 : g_unichar_iswide(character) ? 2 : 1;
    }
    return columns;
}

char *term_clean(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *clean = g_string_new(NULL);
    for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
        gunichar character = g_utf8_get_char(c);
        gboolean is_plain =
            !g_unichar_iscntrl(character) && g_unichar_type(character) != G_UNICODE_FORMAT;
        g_string_append_unichar(clean, is_plain ? character : ' ');
    }
    return g_string_free(clean, FALSE);
}

Json *json_item(Json *object, const char *key)
{
    Json *item = NULL;
    if (json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, key, &item);
    return item;
}

const char *json_text(Json *object, const char *key)
{
    Json *item = json_item(object, key);
    return json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";
}

gint64 json_number(Json *object, const char *key)
{
    return json_object_get_int64(json_item(object, key));
}

double json_real(Json *object, const char *key)
{
    return json_object_get_double(json_item(object, key));
}

gboolean json_flag(Json *object, const char *key)
{
    return json_object_get_boolean(json_item(object, key));
}

static gsize count(Json *array)
{
    return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

Table *table_new(guint n_columns, const char *const *headings)
{
    Table *table = g_new0(Table, 1);
    table->n_columns = n_columns;
    table->cells = g_ptr_array_new_with_free_func(g_free);
    table_add(table, headings);
    return table;
}

void table_add(Table *table, const char *const *cells)
{
    for (guint i = 0; i < table->n_columns; i++)
        g_ptr_array_add(table->cells, term_clean(cells[i] ? cells[i] : ""));
}

void table_print(Table *table)
{
    g_autofree guint *widths = g_new0(guint, table->n_columns);
    for (guint i = 0; i < table->cells->len; i++) {
        guint *width = &widths[i % table->n_columns];
        *width = MAX(*width, term_columns(table->cells->pdata[i]));
    }
    for (guint i = 0; i < table->cells->len; i++) {
        guint column = i % table->n_columns;
        const char *cell = table->cells->pdata[i];
        gboolean is_last = column + 1 == table->n_columns;
        guint gap = is_last ? 0 : widths[column] - term_columns(cell) + 2;
        printf("%s%*s%s", cell, (int)gap, "", is_last ? "\n" : "");
    }
    g_ptr_array_unref(table->cells);
    g_free(table);
}

static char *time_text(gint64 unix_ms)
{
    g_autoptr(GDateTime) time = unix_ms ? calendar_local(unix_ms) : NULL;
    return time ? g_date_time_format(time, "%F %T") : g_strdup("");
}

static char *duration_text(gint64 seconds)
{
    if (seconds >= 86400)
        return g_strdup_printf(say("%d 天 %d 小时", "%d d %d h"), (int)(seconds / 86400),
                               (int)(seconds / 3600 % 24));
    if (seconds >= 3600)
        return g_strdup_printf(say("%d 小时 %d 分", "%d h %d min"), (int)(seconds / 3600),
                               (int)(seconds / 60 % 60));
    return g_strdup_printf(say("%d 分 %d 秒", "%d min %d s"), (int)(seconds / 60),
                           (int)(seconds % 60));
}

void print_json(Json *json)
{
    g_autofree char *text = json_dup_text(json);
    puts(text);
}

void print_line(const char *label, const char *text)
{
    g_autofree char *clean = term_clean(text);
    printf("%s%*s%s\n", label, (int)(12 - MIN(term_columns(label), 11)), "", clean);
}

static void print_outputs(Json *outputs)
{
    for (gsize i = 0; i < count(outputs); i++) {
        Json *output = json_object_array_get_idx(outputs, i);
        const char *detail = json_text(output, "detail"), *address = json_text(output, "address");
        g_autofree char *text = g_strdup_printf(
            "%s: %s, %s%s%s", json_text(output, "id"), say_word(json_text(output, "kind")),
            say_word(json_text(output, "state")), *detail || *address ? ", " : "",
            *detail ? detail : address);
        print_line(i == 0 ? say("输出", "outputs") : "", text);
    }
}

/* "诊断 16 台，有问题 2 台：模糊 1、黑屏 1". Caller frees. */
static char *dup_pictures(Json *quality)
{
    GString *text = g_string_new(NULL);
    g_string_printf(text, say("诊断 %d 台，有问题 %d 台", "%d looked at, %d with faults"),
                    (int)json_number(quality, "watched"), (int)json_number(quality, "faulty"));
    const char *between = say("：", ": ");
    Json *kinds = json_item(quality, "kinds");
    struct json_object_iter kind;
    if (!json_object_is_type(kinds, json_type_object))
        return g_string_free(text, FALSE);
    json_object_object_foreachC (kinds, kind) {
        g_string_append_printf(text, "%s%s %d", between, say_word(kind.key),
                               json_object_get_int(kind.val));
        between = say("、", ", ");
    }
    return g_string_free(text, FALSE);
}

void print_status(Json *status)
{
    Json *walls = json_item(status, "walls"), *feeds = json_item(status, "feeds"),
         *load = json_item(status, "load");
    Json *clients = json_item(status, "clients"), *store = json_item(status, "store");
    print_line(say("站点", "site"), json_text(status, "site"));
    g_autofree char *up =
        duration_text((json_number(status, "now") - json_number(status, "started")) / 1000);
    g_autofree char *version = g_strdup_printf(say("wallctl %s，已运行 %s", "wallctl %s, up %s"),
                                               json_text(status, "version"), up);
    print_line(say("程序", "program"), version);
    for (gsize i = 0; i < count(walls); i++) {
        Json *wall = json_object_array_get_idx(walls, i), *screens = json_item(wall, "screens");
        g_autofree char *text = g_strdup_printf(
            say("%s（%s）r%" G_GINT64_FORMAT "，在屏 r%" G_GINT64_FORMAT "，%d 窗格，%d 屏",
                "%s (%s) r%" G_GINT64_FORMAT ", on glass r%" G_GINT64_FORMAT
                ", %d tiles, %d screens"),
            json_text(wall, "name"), json_text(wall, "id"), json_number(wall, "revision"),
            json_number(wall, "on_glass"), (int)json_number(wall, "tiles"), (int)count(screens));
        print_line(i == 0 ? say("墙", "wall") : "", text);
        for (gsize s = 0; s < count(screens); s++) {
            Json *screen = json_object_array_get_idx(screens, s);
            g_autofree char *line =
                g_strdup_printf(say("  %s %dx%d，迟到 %" G_GINT64_FORMAT
                                    " 拍，跳过 %" G_GINT64_FORMAT " 拍，余量 %.0f%%",
                                    "  %s %dx%d, %" G_GINT64_FORMAT " late ticks, %" G_GINT64_FORMAT
                                    " skipped, slack %.0f%%"),
                                json_text(screen, "id"), (int)json_number(screen, "width"),
                                (int)json_number(screen, "height"), json_number(screen, "late"),
                                json_number(screen, "skipped"), json_real(screen, "slack") * 100);
            print_line("", line);
        }
    }
    print_visitor_walls(json_item(status, "visitor"));
    g_autofree char *cameras = g_strdup_printf(
        say("共 %d，打开 %d 路：正常 %d，预热 %d，连接中 %d，重试 %d，被拒 %d",
            "%d known, %d streams open: %d live, %d warm, %d connecting, %d retrying, %d refused"),
        (int)json_number(feeds, "cameras"), (int)json_number(feeds, "open"),
        (int)json_number(feeds, "live"), (int)json_number(feeds, "warm"),
        (int)json_number(feeds, "connecting"), (int)json_number(feeds, "retrying"),
        (int)json_number(feeds, "refused"));
    print_line(say("摄像机", "cameras"), cameras);
    g_autofree char *pictures = dup_pictures(json_item(status, "quality"));
    print_line(say("画面质量", "pictures"), pictures);
    g_autofree char *load_text =
        g_strdup_printf(say("%s，CPU %.2f 核", "%s, %.2f cores"),
                        json_number(load, "level") == 0 ? say("不降载", "nothing shed")
                                                        : say_word(json_text(load, "word")),
                        json_real(load, "cpu"));
    print_line(say("负载", "load"), load_text);
    print_outputs(json_item(status, "outputs"));
    g_autofree char *client_text = g_strdup_printf(
        say("%d 个连接，%d 个预览", "%d connections, %d previews"),
        (int)json_number(clients, "connections"), (int)json_number(clients, "viewers"));
    print_line(say("客户端", "clients"), client_text);
    Json *https = json_item(status, "https");
    if (https)
        print_line("HTTPS", json_item(https, "trouble")
                                ? json_text(https, say("trouble_zh", "trouble"))
                                : say("正常", "good"));
    print_line(say("存储", "store"),
               json_flag(store, "is_good") ? say("正常", "good") : json_text(store, "detail"));
    g_autofree char *memory =
        g_strdup_printf("%.0f MiB", (double)json_number(status, "memory") / 1048576);
    print_line(say("内存", "memory"), memory);
}

char *dup_picture(Json *quality)
{
    Json *faults = quality ? json_item(quality, "faults") : NULL;
    if (!faults)
        return g_strdup("-");
    if (count(faults) == 0)
        return g_strdup(say("正常", "good"));
    GString *text = g_string_new("");
    for (gsize i = 0; i < count(faults); i++)
        g_string_append_printf(
            text, "%s%s", i ? say("、", ", ") : "",
            say_word(json_object_get_string(json_object_array_get_idx(faults, i))));
    return g_string_free(text, FALSE);
}

static void print_day(const char *label, gint64 unix_ms)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(unix_ms / 1000);
    g_autofree char *day = time ? g_date_time_format(time, "%Y-%m-%d") : NULL;
    if (day)
        print_line(label, day);
}

void print_certificate(Json *status)
{
    Json *https = json_item(status, "https"), *certificate = json_item(https, "certificate");
    if (!https) {
        puts(say("没有开 HTTPS（配置 listen.https_host）",
                 "HTTPS is off (listen.https_host of the configuration)"));
        return;
    }
    Json *addresses = json_item(https, "addresses"), *names = json_item(certificate, "names");
    for (gsize i = 0; i < count(addresses); i++)
        print_line(i == 0 ? say("地址", "address") : "",
                   json_object_get_string(json_object_array_get_idx(addresses, i)));
    if (certificate) {
        print_line(say("证书", "certificate"), json_flag(certificate, "is_given")
                                                   ? say("由配置给出", "given by the configuration")
                                                   : say("自动生成", "made by wallctl"));
        for (gsize i = 0; i < count(names); i++)
            print_line(i == 0 ? say("用于", "good for") : "",
                       json_object_get_string(json_object_array_get_idx(names, i)));
        print_day(say("到期", "ends"), json_number(certificate, "until"));
        print_line("SHA-256", json_text(certificate, "fingerprint"));
    }
    if (json_item(certificate, "ca_fingerprint")) {
        print_line(say("根证书", "authority"), "/wallctl-ca.crt");
        print_day(say("到期", "ends"), json_number(certificate, "ca_until"));
        print_line("SHA-256", json_text(certificate, "ca_fingerprint"));
    }
    if (json_item(https, "trouble"))
        print_line(say("注意", "note"), json_text(https, say("trouble_zh", "trouble")));
}

void print_cameras(Json *cameras, gboolean is_offline_only)
{
    const char *headings[] = {
        say("编号", "no."),    say("标识", "id"),    say("名称", "name"),
        say("区域", "region"), say("状态", "state"), say("画面", "picture")
    };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    guint shown = 0;
    for (gsize i = 0; i < count(cameras); i++) {
        Json *camera = json_object_array_get_idx(cameras, i);
        const char *state = json_text(camera, "state"), *region = json_text(camera, "region_name");
        gboolean is_offline = strcmp(state, "retrying") == 0 || strcmp(state, "refused") == 0 ||
                              strcmp(state, "stalled") == 0;
        if (is_offline_only && !is_offline)
            continue;
        g_autofree char *number =
            g_strdup_printf("%" G_GINT64_FORMAT, json_number(camera, "number"));
        g_autofree char *picture = dup_picture(json_item(camera, "quality"));
        const char *cells[] = { number,
                                json_text(camera, "id"),
                                json_text(camera, "name"),
                                *region ? region : json_text(camera, "region"),
                                say_word(state),
                                picture };
        table_add(table, cells);
        shown++;
    }
    table_print(table);
    printf(say("共 %u 台\n", "%u cameras\n"), shown);
}

void print_layouts(Json *layouts)
{
    const char *headings[] = { say("标识", "id"), say("名称", "name"), say("窗格", "tiles") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(layouts, "layouts");
    for (gsize i = 0; i < count(list); i++) {
        Json *layout = json_object_array_get_idx(list, i);
        g_autofree char *tiles = g_strdup_printf("%" G_GINT64_FORMAT, json_number(layout, "tiles"));
        const char *cells[] = { json_text(layout, "id"), json_text(layout, "name"), tiles };
        table_add(table, cells);
    }
    table_print(table);
}

void print_walls(Json *walls)
{
    const char *headings[] = { say("标识", "id"),       say("名称", "name"),
                               say("修订", "revision"), say("在屏", "on glass"),
                               say("窗格", "tiles"),    say("屏幕", "screens") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(walls, "walls");
    for (gsize i = 0; i < count(list); i++) {
        Json *wall = json_object_array_get_idx(list, i), *screens = json_item(wall, "screens");
        g_autofree char *revision =
            g_strdup_printf("%" G_GINT64_FORMAT, json_number(wall, "revision"));
        g_autofree char *glass =
            g_strdup_printf("%" G_GINT64_FORMAT, json_number(wall, "on_glass"));
        g_autofree char *tiles = g_strdup_printf("%" G_GINT64_FORMAT, json_number(wall, "tiles"));
        GString *names = g_string_new(NULL);
        for (gsize s = 0; s < count(screens); s++)
            g_string_append_printf(names, "%s%s", s ? " " : "",
                                   json_text(json_object_array_get_idx(screens, s), "id"));
        const char *cells[] = {
            json_text(wall, "id"), json_text(wall, "name"), revision, glass, tiles, names->str
        };
        table_add(table, cells);
        g_string_free(names, TRUE);
    }
    table_print(table);
}

/* The entry of what is on glass for a tile, or NULL. */
static Json *glass_of(Json *wall, gint64 tile)
{
    Json *glass = json_item(wall, "glass");
    for (gsize i = 0; i < count(glass); i++) {
        Json *item = json_object_array_get_idx(glass, i);
        if (json_number(item, "tile") == tile)
            return item;
    }
    return NULL;
}

/* What is seen, as its name and state are; an alarm's camera lies over the tile's own. */
static char *camera_cell(Json *tile, Json *glass)
{
    const char *own = json_text(tile, "camera"), *seen = json_text(glass, "camera");
    if (!*seen || strcmp(own, seen) == 0)
        return g_strdup(own);
    return *own ? g_strdup_printf(say("%s（原 %s）", "%s (over %s)"), seen, own) : g_strdup(seen);
}

static char *rect_text(Json *rect)
{
    if (count(rect) != 4)
        return g_strdup("");
    int v[4];
    for (gsize i = 0; i < 4; i++)
        v[i] = json_object_get_int(json_object_array_get_idx(rect, i));
    return g_strdup_printf("%dx%d+%d+%d", v[2], v[3], v[0], v[1]);
}

void print_wall(Json *wall)
{
    Json *areas = json_item(wall, "areas"), *tiles = json_item(wall, "tiles");
    g_autofree char *name = term_clean(json_text(wall, "name"));
    printf(say("%s  修订 r%" G_GINT64_FORMAT "，在屏 r%" G_GINT64_FORMAT
               "，可撤销 %d 步，可重做 %d 步\n",
               "%s  revision r%" G_GINT64_FORMAT ", on glass r%" G_GINT64_FORMAT
               ", %d undo, %d redo\n"),
           name, json_number(wall, "revision"), json_number(wall, "on_glass"),
           (int)json_number(wall, "undo"), (int)json_number(wall, "redo"));
    for (gsize i = 0; i < count(areas); i++) {
        Json *area = json_object_array_get_idx(areas, i);
        printf("%s %s%s%s\n", say("布局", "layout"), json_text(area, "layout"),
               *json_text(area, "screen") ? " @ " : "", json_text(area, "screen"));
    }
    if (json_flag(wall, "locked"))
        printf(say("已锁定（%s）\n", "locked by %s\n"), json_text(wall, "locked_by"));
    if (json_item(wall, "preview"))
        puts(say("有预演画面，take 上墙", "a preview is prepared: take puts it on air"));
    const char *headings[] = {
        say("窗格", "tile"),  say("摄像机", "camera"), say("名称", "name"),
        say("状态", "state"), say("码流", "stream"),   say("位置", "place")
    };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    for (gsize i = 0; i < count(tiles); i++) {
        Json *tile = json_object_array_get_idx(tiles, i);
        gint64 number = json_number(tile, "tile");
        Json *glass = glass_of(wall, number);
        g_autofree char *number_text = g_strdup_printf(
            "%" G_GINT64_FORMAT "%s", number, json_number(wall, "maximised") == number ? "*" : "");
        g_autofree char *place = rect_text(json_item(tile, "rect"));
        g_autofree char *camera = camera_cell(tile, glass);
        const char *fault = json_text(glass, "fault");
        const char *cells[] = { number_text,
                                camera,
                                json_text(glass, "name"),
                                say_word(*fault ? fault : json_text(glass, "state")),
                                say_word(json_text(glass, "stream")),
                                place };
        table_add(table, cells);
    }
    table_print(table);
}

void print_presets(Json *presets)
{
    const char *headings[] = { say("名称", "name"), say("屏幕", "screen"), say("窗格", "tiles"),
                               say("保存于", "saved") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(presets, "presets");
    for (gsize i = 0; i < count(list); i++) {
        Json *preset = json_object_array_get_idx(list, i);
        const char *screen = json_text(preset, "screen");
        g_autofree char *tiles = g_strdup_printf("%" G_GINT64_FORMAT, json_number(preset, "tiles"));
        g_autofree char *saved = time_text(json_number(preset, "changed"));
        const char *cells[] = { json_text(preset, "name"),
                                *screen ? screen : say("整墙", "whole wall"), tiles,
                                *saved ? saved : say("配置文件", "configuration") };
        table_add(table, cells);
    }
    table_print(table);
}

static char *tour_state_text(Json *tour)
{
    if (!json_flag(tour, "is_running"))
        return g_strdup(say("停止", "stopped"));
    const char *state = json_flag(tour, "is_paused") ? say("暂停", "paused")
                        : json_flag(tour, "yields")  ? say("让位告警", "yields to an alarm")
                                                     : say("运行", "running");
    gint64 left_ms = json_number(json_item(tour, "clock"), "left_ms");
    return g_strdup_printf(say("%s %d/%d，%d 秒后切换", "%s %d/%d, next in %d s"), state,
                           (int)json_number(tour, "position"), (int)json_number(tour, "steps"),
                           (int)(left_ms / 1000));
}

void print_tours(Json *tours)
{
    const char *headings[] = { say("标识", "id"),    say("名称", "name"),  say("墙", "wall"),
                               say("停留", "dwell"), say("步数", "steps"), say("状态", "state") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(tours, "tours");
    for (gsize i = 0; i < count(list); i++) {
        Json *tour = json_object_array_get_idx(list, i);
        g_autofree char *dwell =
            g_strdup_printf("%" G_GINT64_FORMAT " s", json_number(tour, "dwell_s"));
        g_autofree char *steps = g_strdup_printf("%" G_GINT64_FORMAT, json_number(tour, "steps"));
        g_autofree char *state = tour_state_text(tour);
        const char *cells[] = { json_text(tour, "id"),
                                json_text(tour, "name"),
                                json_text(tour, "wall"),
                                dwell,
                                steps,
                                state };
        table_add(table, cells);
    }
    table_print(table);
}

void print_why(Json *why)
{
    static const struct {
        const char *step, *zh, *en;
    } names[] = {
        { "right", "权限", "right" },          { "address", "地址", "address" },
        { "session", "会话", "session" },      { "rtp", "数据", "data" },
        { "keyframe", "关键帧", "key frame" }, { "mask", "遮挡", "mask" },
        { "decode", "解码", "decode" },        { "tile", "窗格", "tile" },
    };
    const char *language = say("text", "text_en");
    Json *steps = json_item(why, "steps");
    printf(say("窗格 %" G_GINT64_FORMAT "  %s\n", "tile %" G_GINT64_FORMAT "  %s\n"),
           json_number(why, "tile"), json_text(why, "camera"));
    for (gsize i = 0; i < count(steps); i++) {
        Json *step = json_object_array_get_idx(steps, i);
        const char *name = json_text(step, "step");
        for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
            if (strcmp(names[n].step, name) == 0)
                name = say(names[n].zh, names[n].en);
        }
        g_autofree char *text = term_clean(json_text(step, language));
        guint gap = 10 - MIN(term_columns(name), 9);
        printf("%s %s%*s%s\n", json_flag(step, "is_good") ? "✓" : "✗", name, (int)gap, "", text);
    }
    g_autofree char *verdict = term_clean(json_text(why, say("verdict", "verdict_en")));
    printf("%s%s\n", say("结论：", "verdict: "), verdict);
}

void print_probe(Json *probe)
{
    g_autofree char *video =
        g_strdup_printf("%s %s %dx%d", json_text(probe, "codec"), json_text(probe, "profile"),
                        (int)json_number(probe, "width"), (int)json_number(probe, "height"));
    g_autofree char *rate =
        g_strdup_printf(say("%.1f 帧/秒，%.0f kbit/s", "%.1f fps, %.0f kbit/s"),
                        json_real(probe, "fps"), json_real(probe, "bitrate_kbps"));
    g_autofree char *gop =
        json_number(probe, "gop_frames")
            ? g_strdup_printf(
                  say("每 %d 帧（%.1f 秒）一个关键帧", "a key frame every %d frames (%.1f s)"),
                  (int)json_number(probe, "gop_frames"), json_real(probe, "gop_s"))
            : g_strdup(say("未测到两个关键帧", "fewer than two key frames seen"));
    g_autofree char *first =
        g_strdup_printf(say("%.0f 毫秒", "%.0f ms"), json_real(probe, "first_key_ms"));
    const char *audio = json_text(probe, "audio");
    print_line(say("视频", "video"), video);
    print_line(say("速率", "rate"), rate);
    print_line("GOP", gop);
    print_line(say("B 帧", "B-frames"),
               json_flag(probe, "has_b_frames") ? say("有", "yes") : say("无", "no"));
    print_line(say("首帧", "first key"), first);
    print_line(say("音频", "audio"), *audio ? audio : say("无", "none"));
    Json *remarks = json_item(probe, "remarks");
    for (gsize i = 0; i < count(remarks); i++)
        print_line(i == 0 ? say("注意", "remarks") : "",
                   json_object_get_string(json_object_array_get_idx(remarks, i)));
    if (count(remarks) == 0)
        print_line(say("注意", "remarks"), say("适合上墙", "fit for a wall"));
}

/* The event's name and what it tells, as name=value. */
void print_event(Json *event)
{
    g_autoptr(GDateTime) now = calendar_local(g_get_real_time() / 1000);
    g_autofree char *time = g_date_time_format(now, "%T");
    if (strcmp(json_text(event, "type"), "event") != 0) {
        printf("%s %s\n", time, say("有事件漏掉了", "events were missed"));
        return;
    }
    Json *data = json_item(event, "data");
    GString *line = g_string_new(NULL);
    if (json_object_is_type(data, json_type_object)) {
        static const char *const worded[] = { "state", "fault", "profile", "word",
                                              "op",    "kind",  NULL };
        json_object_object_foreach (data, key, value) {
            /* A value that is no string comes as JSON. */
            const char *text = value ? json_object_get_string(value) : "null";
            gboolean has_word = g_strv_contains(worded, key);
            g_string_append_printf(line, "  %s=%s", key, has_word ? say_word(text) : text);
        }
    }
    g_autofree char *clean = term_clean(line->str);
    printf("%s %s%s\n", time, say_word(json_text(event, "event")), clean);
    g_string_free(line, TRUE);
}
