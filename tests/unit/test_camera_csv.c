/* test_camera_csv.c - cameras from a table: encodings, quoting, and every bad row by its number and
 * column */
#include "config/camera_csv.h"

#include <glib/gstdio.h>
#include <string.h>

#define HEAD "id,name,main\n"

/* --- what is read ------------------------------------------------------------------------------
 */

typedef struct {
    const char *name, *text;
    const char *expected; /* "id|name|main|sub" of each camera, a line each */
} GoodCase;

static const GoodCase good[] = {
    { "english", HEAD "a,Gate,rtsp://h/1\n", "a|Gate|rtsp://h/1|\n" },
    { "chinese", "编号,名称,主码流,子码流\na,一号门,rtsp://h/1,rtsp://h/2\n",
      "a|一号门|rtsp://h/1|rtsp://h/2\n" },
    { "mixed names in capitals", "ID,名称,Sub\na,x,rtsp://h/2\n", "a|x||rtsp://h/2\n" },
    { "byte order mark and CRLF", "\xef\xbb\xbfid,name,main\r\na,x,rtsp://h/1\r\n",
      "a|x|rtsp://h/1|\n" },
    { "lone CR", "id,name,main\ra,x,rtsp://h/1\rb,y,rtsp://h/2",
      "a|x|rtsp://h/1|\nb|y|rtsp://h/2|\n" },
    { "no line end", HEAD "a,x,rtsp://h/1", "a|x|rtsp://h/1|\n" },
    { "blank rows", "\n\n" HEAD "\r\n\na,x,rtsp://h/1\n\n", "a|x|rtsp://h/1|\n" },
    { "quotes", HEAD "\"a\",\"x, \"\"y\"\"\",\"rtsp://h/1\"\n", "a|x, \"y\"|rtsp://h/1|\n" },
    { "spaces around", HEAD " a , x y ,\trtsp://h/1 \n", "a|x y|rtsp://h/1|\n" },
    { "spaces in quotes stay", HEAD "a,\" x \",rtsp://h/1\n", "a| x |rtsp://h/1|\n" },
    { "columns in another order", "main,#remark,name,id\nrtsp://h/1,什么,x,a\n",
      "a|x|rtsp://h/1|\n" },
    { "fewer cells", "id,name,main,sub,place\na,x,rtsp://h/1\n", "a|x|rtsp://h/1|\n" },
    { "empty column name", "id,name,main,\na,x,rtsp://h/1,\n", "a|x|rtsp://h/1|\n" },
    { "gbid as id", "名称,国标编号,主码流\nx,53040200801320000001,rtsp://h/1\n",
      "53040200801320000001|x|rtsp://h/1|\n" },
    { "formulas are text",
      HEAD
      "a,\"=HYPERLINK(\"\"http://x\"\")\",rtsp://h/1\nb,@SUM(1),rtsp://h/1\nc,+1-1,rtsp://h/1\n",
      "a|=HYPERLINK(\"http://x\")|rtsp://h/1|\nb|@SUM(1)|rtsp://h/1|\nc|+1-1|rtsp://h/1|\n" },
    { "hikvision", "id,name,template,host,channel\na,x,hikvision,10.0.0.8:8554,3\n",
      "a|x|rtsp://10.0.0.8:8554/Streaming/Channels/301|rtsp://10.0.0.8:8554/Streaming/Channels/"
      "302\n" },
    { "dahua", "编号,名称,厂商模板,地址,通道\na,x,dahua,10.0.0.8,\n",
      "a|x|rtsp://10.0.0.8/cam/realmonitor?channel=1&subtype=0|rtsp://10.0.0.8/cam/"
      "realmonitor?channel=1&subtype=1\n" },
    { "uniview", "id,name,template,host,channel\na,x,uniview,nvr,16\n",
      "a|x|rtsp://nvr/unicast/c16/s0/live|rtsp://nvr/unicast/c16/s1/live\n" },
    { "only a header", HEAD, "" },
};

static char *dup_cameras(GPtrArray *cameras)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(cameras, i);
        g_string_append_printf(text, "%s|%s|%s|%s\n", camera->id, camera->name,
                               camera->main ? camera->main : "", camera->sub ? camera->sub : "");
    }
    return g_string_free(text, FALSE);
}

static void test_good(gconstpointer user)
{
    const GoodCase *c = user;
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(GPtrArray) cameras = camera_csv_parse(c->text, strlen(c->text), faults);
    g_autofree char *lines = faults_dup_text(faults);
    g_assert_cmpstr(lines, ==, "");
    g_assert_nonnull(cameras);
    g_autofree char *text = dup_cameras(cameras);
    g_assert_cmpstr(text, ==, c->expected);
}

static void test_members(void)
{
    const char *text =
        "编号,序号,名称,行政区划,国标编号,地点,场所类型,经度,纬度,主码流,子码流,凭据\n"
        "a,12,研和路口,530402008,53040200801320000001,\"老街,东口\",路口,102.5,-24.25,rtsp://h/1,"
        "rtsp://h/2,gate\n"
        "b,,x,,,,,,,rtsp://h/1,,\n";
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(GPtrArray) cameras = camera_csv_parse(text, strlen(text), faults);
    g_assert_cmpuint(cameras->len, ==, 2);
    const Camera *a = g_ptr_array_index(cameras, 0), *b = g_ptr_array_index(cameras, 1);
    g_assert_cmpuint(a->number, ==, 12);
    g_assert_cmpstr(a->region, ==, "530402008");
    g_assert_cmpstr(a->gbid, ==, "53040200801320000001");
    g_assert_cmpstr(a->place, ==, "老街,东口");
    g_assert_cmpstr(a->place_kind, ==, "路口");
    g_assert_true(a->has_position);
    g_assert_cmpfloat(a->lon, ==, 102.5);
    g_assert_cmpfloat(a->lat, ==, -24.25);
    g_assert_cmpstr(a->credential, ==, "gate");
    g_assert_cmpuint(a->stall_ms, ==, 2000);
    g_assert_cmpuint(b->number, ==, 0); /* given by the configuration, which knows all cameras */
    g_assert_false(b->has_position);
    g_assert_null(b->credential);
    g_assert_null(b->sub);
}

/* The same table in GB18030, with characters of one, two and four bytes. */
static void test_gb18030(void)
{
    const char *text = "编号,名称,主码流\na,镕基路口㐀𠀀,rtsp://h/1\n";
    gsize len = 0;
    g_autofree char *gb = g_convert(text, -1, "GB18030", "UTF-8", NULL, &len, NULL);
    g_assert_nonnull(gb);
    g_assert_false(g_utf8_validate(gb, (gssize)len, NULL));
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(GPtrArray) cameras = camera_csv_parse(gb, len, faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    g_autofree char *got = dup_cameras(cameras);
    g_assert_cmpstr(got, ==, "a|镕基路口㐀𠀀|rtsp://h/1|\n");
}

/* --- what is refused ---------------------------------------------------------------------------
 */

typedef struct {
    const char *name, *text;
    int n_good; /* cameras that remain; -1: no table */
    const char *expected;
} BadCase;

#define NAME_RULE "1 to 64 characters without control characters"

static const BadCase bad[] = {
    { "empty", "", -1, "t: the table is empty; accepted: a first row that names the columns\n" },
    { "only line breaks", "\n\r\n\n", -1,
      "t: the table is empty; accepted: a first row that names the columns\n" },
    { "no header", "a,b,rtsp://h/\n", -1,
      "t: row 1: unknown column \"a\"; accepted: id 编号, number 序号, name 名称, region 行政区划, "
      "gbid 国标编号, place 地点, "
      "place_kind 场所类型, groups 分组, lon 经度, lat 纬度, main 主码流, sub 子码流, credential "
      "凭据, template "
      "厂商模板, host 地址, channel "
      "通道, or #NAME for one to be ignored\n"
      "t: row 1: unknown column \"b\"; accepted: id 编号, number 序号, name 名称, region 行政区划, "
      "gbid 国标编号, place 地点, "
      "place_kind 场所类型, groups 分组, lon 经度, lat 纬度, main 主码流, sub 子码流, credential "
      "凭据, template "
      "厂商模板, host 地址, channel "
      "通道, or #NAME for one to be ignored\n"
      "t: row 1: unknown column \"rtsp://h/\"; accepted: id 编号, number 序号, name 名称, region "
      "行政区划, gbid 国标编号, place "
      "地点, place_kind 场所类型, groups 分组, lon 经度, lat 纬度, main 主码流, sub 子码流, "
      "credential 凭据, "
      "template 厂商模板, host 地址, "
      "channel 通道, or #NAME for one to be ignored\n"
      "t: row 1: there is no column name (名称); accepted: a first row that names the columns\n" },
    { "misspelt column", "id,nmae,name,main\na,,x,rtsp://h/\n", 1,
      "t: row 1: unknown column \"nmae\"; accepted: " },
    { "near column", "id,names,main\na,x,rtsp://h/\n", -1,
      "t: row 1: unknown column \"names\"; did you mean \"name\"?\n"
      "t: row 1: there is no column name (名称); accepted: a first row that names the columns\n" },
    { "column twice", "id,name,名称,main\na,x,y,rtsp://h/\n", 1,
      "t: row 1: column name appears twice\n" },
    { "no id column", "name,main\nx,rtsp://h/\n", -1,
      "t: row 1: there is neither a column id (编号) nor gbid (国标编号)\n" },
    { "no address column", "id,name\na,x\n", -1,
      "t: row 1: there is neither a column main (主码流), sub (子码流) nor template (厂商模板)\n" },
    { "no name", HEAD "a,,rtsp://h/\nb,y,rtsp://h/\n", 1,
      "t: row 2, column name: is missing; accepted: " NAME_RULE "\n" },
    { "no id", HEAD ",x,rtsp://h/\n", 0,
      "t: row 2, column id: is missing; accepted: an id, or a gbid that serves as one\n" },
    { "no address", HEAD "a,x,\n", 0,
      "t: row 2, column main: is missing; accepted: \"main\", \"sub\" or both, or \"template\" "
      "with \"host\"\n" },
    { "several faults of one row", "id,name,main,lon,lat,number\na b,x,http://h/,200,x,0\n", 0,
      "t: row 2, column id: \"a b\" is refused; accepted: 1 to 64 of A-Z a-z 0-9 . _ -\n"
      "t: row 2, column lon: \"200\" is refused; accepted: degrees from -180 to 180\n"
      "t: row 2, column lat: \"x\" is refused; accepted: degrees from -90 to 90\n"
      "t: row 2, column number: 0 is out of range; accepted: 1 to 999999\n"
      "t: row 2, column main: \"http://h/\" does not begin with rtsp:// or rtsps://\n" },
    { "half a position", "id,name,main,lon,lat\na,x,rtsp://h/,102.5,\nb,y,rtsp://h/,,nan\n", 0,
      "t: row 2, column lat: is missing; accepted: both lon and lat, or none\n"
      "t: row 3, column lat: \"nan\" is refused; accepted: degrees from -90 to 90\n"
      "t: row 3, column lon: is missing; accepted: both lon and lat, or none\n" },
    { "hexadecimal degrees", "id,name,main,lon,lat\na,x,rtsp://h/,0x10,1\n", 0,
      "t: row 2, column lon: \"0x10\" is refused; accepted: degrees from -180 to 180\n" },
    { "number with fraction", "id,name,main,number\na,x,rtsp://h/,1.0\n", 0,
      "t: row 2, column number: \"1.0\" is not a whole number; accepted: 1 to 999999\n" },
    { "gbid spoilt by a spreadsheet", "id,name,main,gbid\na,x,rtsp://h/,5.30402E+19\n", 0,
      "t: row 2, column gbid: \"5.30402E+19\" is refused; accepted: 20 digits, or empty (in a "
      "spreadsheet: format the "
      "column as text)\n" },
    { "equal ids", HEAD "a,x,rtsp://h/\nb,y,rtsp://h/\na,z,rtsp://h/\n", 2,
      "t: row 4, column id: \"a\" is that of row 2, too\n" },
    { "equal numbers", "id,name,main,number\na,x,rtsp://h/,5\nb,y,rtsp://h/,5\n", 1,
      "t: row 3, column number: 5 is that of row 2, too\n" },
    { "password in address", HEAD "a,x,rtsp://admin:hunter2@h/\n", 0,
      "t: row 2, column main: the address holds an @: user and password belong into the credential "
      "file, named by "
      "\"credential\"; in a path write %40\n" },
    { "template and address", "id,name,main,template,host\na,x,rtsp://h/,dahua,h\n", 0,
      "t: row 2, column template: makes the addresses; accepted: either it, or \"main\" and "
      "\"sub\"\n" },
    { "unknown template", "id,name,main,template,host\na,x,,axis,h\n", 0,
      "t: row 2, column template: \"axis\" is refused; accepted: hikvision, dahua or uniview\n" },
    { "too many cells", HEAD "a,x,rtsp://h/,more\n", 0,
      "t: row 2: has more cells than the first row\n" },
    { "quote in a cell", HEAD "a,x\"y,rtsp://h/\nb,y,rtsp://h/\n", 1,
      "t: row 2: a quote stands inside a cell; accepted: quotes around the whole cell, doubled "
      "inside\n" },
    { "text after a quote", HEAD "a,\"x\"y,rtsp://h/\nb,y,rtsp://h/\n", 1,
      "t: row 2: a quote stands inside a cell; accepted: quotes around the whole cell, doubled "
      "inside\n" },
    { "open quote", HEAD "a,x,rtsp://h/\nb,\"y,rtsp://h/\nc,z,rtsp://h/\n", 1,
      "t: row 3: the quote that opens a cell here is not closed up to the end of the table\n" },
    { "line break in a name", HEAD "a,\"x\ny\",rtsp://h/\nb,,rtsp://h/\n", 0,
      "t: row 2, column name: \"x\\ny\" is refused; accepted: " NAME_RULE "\n"
      "t: row 3, column name: is missing; accepted: " NAME_RULE "\n" },
    { "UTF-16", "\xff\xfei", -1, "t: is UTF-16 text; accepted: UTF-8 or GB18030\n" },
    { "workbook", "PK\x03\x04\x14", -1,
      "t: is an Excel workbook or another packed file; accepted: a table that was saved as CSV\n" },
    { "drawing", "<svg/>", -1,
      "t: is a web page or a drawing (SVG); accepted: a table that was saved as CSV\n" },
    { "damaged UTF-8", "编号,名称,主码流\na,红塔\xff区,rtsp://h/\n", -1,
      "t: row 2: the byte 0xff is neither UTF-8 nor GB18030 text\n" },
    { "neither encoding", HEAD "a,\xff\xff,rtsp://h/\n", -1,
      "t: row 2: the byte 0xff is neither UTF-8 nor GB18030 text\n" },
};

static void test_bad(gconstpointer user)
{
    const BadCase *c = user;
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(GPtrArray) cameras = camera_csv_parse(c->text, strlen(c->text), faults);
    g_autofree char *lines = faults_dup_text(faults);
    if (!g_str_has_suffix(c->expected, "\n"))
        g_assert_true(g_str_has_prefix(lines, c->expected));
    else
        g_assert_cmpstr(lines, ==, c->expected);
    g_assert_cmpint(cameras ? (int)cameras->len : -1, ==, c->n_good);
    g_assert_null(strstr(lines, "hunter2"));
}

static void test_zero_byte(void)
{
    static const char text[] = HEAD "a,x\0y,rtsp://h/\n";
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_assert_null(camera_csv_parse(text, sizeof text - 1, faults));
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "t: row 2: the byte 0x00 is neither UTF-8 nor GB18030 text");
}

static void test_wide_row(void)
{
    g_autoptr(GString) text = g_string_new(HEAD);
    for (guint i = 0; i < 100000; i++)
        g_string_append_c(text, ',');
    g_string_append(text, "\na,x,rtsp://h/\n");
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autoptr(GPtrArray) cameras = camera_csv_parse(text->str, text->len, faults);
    g_assert_cmpuint(cameras->len, ==, 1);
    g_assert_cmpstr(faults_get(faults, 0), ==, "t: row 2: has more than 256 cells");
}

static void test_load(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *dir = g_dir_make_tmp("wallctl-csv-XXXXXX", &error);
    g_assert_no_error(error);
    g_autofree char *path = g_build_filename(dir, "c.csv", NULL);
    g_assert_true(g_file_set_contents(path, HEAD "a,x,rtsp://h/\nb,,rtsp://h/\n", -1, NULL));
    g_autoptr(Faults) faults = faults_new("c.csv", 20);
    g_autoptr(GPtrArray) cameras = camera_csv_load(path, faults);
    g_assert_cmpuint(cameras->len, ==, 1);
    g_assert_cmpstr(faults_get(faults, 0), ==,
                    "c.csv: row 3, column name: is missing; accepted: " NAME_RULE);
    g_remove(path);
    g_assert_null(camera_csv_load(path, faults));
    g_autofree char *expected =
        g_strdup_printf("c.csv: cannot read %s: No such file or directory", path);
    g_assert_cmpstr(faults_get(faults, 1), ==, expected);
    g_rmdir(dir);
}

/* 20,000 rows, as UTF-8 and as GB18030; the time is printed, not judged. */
static void test_many(void)
{
    g_autoptr(GString) utf8 =
        g_string_new("编号,名称,行政区划,国标编号,地点,经度,纬度,主码流,子码流\r\n");
    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(
            utf8,
            "cam-%05u,\"研和街道，%u 号\",530402008,530402008013%08u,老街 %u 号,102.%04u,24.%04u,"
            "rtsp://10.0.%u.%u:554/Streaming/Channels/101,rtsp://10.0.%u.%u:554/Streaming/Channels/"
            "102\r\n",
            i, i, i, i, i % 10000, i % 10000, i >> 8, i & 255, i >> 8, i & 255);
    gsize gb_len = 0;
    g_autofree char *gb =
        g_convert(utf8->str, (gssize)utf8->len, "GB18030", "UTF-8", NULL, &gb_len, NULL);
    const struct {
        const char *name, *text;
        gsize len;
    } tables[] = { { "UTF-8", utf8->str, utf8->len }, { "GB18030", gb, gb_len } };
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        gint64 begin = g_get_monotonic_time();
        g_autoptr(Faults) faults = faults_new("t", 20);
        g_autoptr(GPtrArray) cameras = camera_csv_parse(tables[i].text, tables[i].len, faults);
        gint64 end = g_get_monotonic_time();
        g_assert_cmpuint(faults_count(faults), ==, 0);
        g_assert_cmpuint(cameras->len, ==, 20000);
        const Camera *last = g_ptr_array_index(cameras, 19999);
        g_assert_cmpstr(last->name, ==, "研和街道，19999 号");
        g_test_message("20000 rows of %s, %.1f MB: %.0f ms", tables[i].name,
                       (double)tables[i].len / 1e6, (double)(end - begin) / 1e3);
    }
}

static void test_templates(void)
{
    g_autofree char *main = NULL, *sub = NULL;
    g_assert_false(camera_template_addresses("axis", "h", 1, &main, &sub));
    g_assert_true(camera_template_addresses("hikvision", "[::1]:554", 1, &main, &sub));
    g_assert_cmpstr(main, ==, "rtsp://[::1]:554/Streaming/Channels/101");
    g_assert_null(camera_address_fault(main));
    g_assert_null(camera_address_fault("rtsps://h.example:322/a/b?c=1&d=2"));
    g_assert_null(camera_address_fault("rtsp://10.0.0.1"));
    g_assert_cmpstr(camera_address_fault(""), ==, "does not begin with rtsp:// or rtsps://");
    g_assert_cmpstr(camera_address_fault("rtsp://"), ==, "names no host");
    g_assert_cmpstr(camera_address_fault("rtsp://h:0/"), ==, "has port 0");
    g_autofree char *filler = g_strnfill(1024, 'a');
    g_autofree char *address = g_strconcat("rtsp://", filler, NULL);
    g_assert_cmpstr(camera_address_fault(address), ==, "is longer than 1024 bytes");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autofree char *path = g_strdup_printf("/camera-csv/good/%s", good[i].name);
        g_test_add_data_func(path, &good[i], test_good);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = g_strdup_printf("/camera-csv/bad/%s", bad[i].name);
        g_test_add_data_func(path, &bad[i], test_bad);
    }
    g_test_add_func("/camera-csv/members", test_members);
    g_test_add_func("/camera-csv/gb18030", test_gb18030);
    g_test_add_func("/camera-csv/bad/zero byte", test_zero_byte);
    g_test_add_func("/camera-csv/bad/wide row", test_wide_row);
    g_test_add_func("/camera-csv/load", test_load);
    g_test_add_func("/camera-csv/many", test_many);
    g_test_add_func("/camera-csv/templates", test_templates);
    return g_test_run();
}
