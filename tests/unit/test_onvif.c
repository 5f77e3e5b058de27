/* test_onvif.c - what is sent to devices, what is read from them, whose addresses are taken, and which are searched */
#include "config/camera_append.h"
#include "onvif/device.h"
#include "onvif/discovery.h"
#include "onvif/soap.h"

#include <string.h>

#define ENVELOPE(body)                                                                             \
    "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>" body                \
    "</e:Body></e:Envelope>"

/* The example of the ONVIF programmer's guide. */
static void test_digest(void)
{
    gsize len;
    g_autofree guchar *nonce = g_base64_decode("LKqI6G/AikKCQrN0zqZFlg==", &len);
    g_autoptr(Secret) password = secret_new("userpassword", 12);
    g_autofree char *digest = soap_dup_digest(nonce, len, "2010-09-16T07:50:45Z", password);
    g_assert_cmpstr(digest, ==, "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
}

static void test_request(void)
{
    g_autoptr(Secret) password = secret_new("s3cret<&", 8);
    Credential login = { (char *)"o'neil<&>", password };
    g_autofree char *request = soap_dup_request("<x/>", &login, 0);
    OnvifTrouble trouble = { 0 };
    xmlDoc *doc = xml_parse(request, strlen(request), &trouble);
    g_assert_nonnull(doc);
    const xmlNode *token = xml_at(doc, "Envelope/Header/Security/UsernameToken");
    g_autofree char *user = xml_dup_text(xml_child(token, "Username"), 100);
    g_autofree char *created = xml_dup_text(xml_child(token, "Created"), 100);
    g_assert_cmpstr(user, ==, "o'neil<&>");
    g_assert_cmpstr(created, ==, "1970-01-01T00:00:00Z");
    g_assert_nonnull(xml_at(doc, "Envelope/Body/x"));
    g_assert_null(strstr(request, "s3cret"));
    xmlFreeDoc(doc);
}

typedef struct {
    const char *name, *device, *address;
    OnvifTroubleKind trouble; /* ONVIF_WELL: it is taken */
} AddressCase;

static const AddressCase address_cases[] = {
    { "its own", "10.1.2.3", "http://10.1.2.3/onvif/device_service", ONVIF_WELL },
    { "its own, with a port", "10.1.2.3", "http://10.1.2.3:8080/", ONVIF_WELL },
    { "a stream", "10.1.2.3", "rtsp://10.1.2.3/main", ONVIF_WELL },
    { "IPv6", "fd12::3", "https://[fd12::3]:443/x", ONVIF_WELL },
    { "written in another way", "10.1.2.3", "http://167838211/", ONVIF_WELL },
    { "a neighbour", "10.1.2.3", "http://10.1.2.4/", ONVIF_FOREIGN },
    { "a name", "10.1.2.3", "http://camera.lan/", ONVIF_FOREIGN },
    { "this machine", "10.1.2.3", "http://127.0.0.1/", ONVIF_OUTSIDE },
    { "this machine, by name", "10.1.2.3", "http://localhost:8080/", ONVIF_OUTSIDE },
    { "this machine, in IPv6", "10.1.2.3", "http://[::ffff:127.0.0.1]/", ONVIF_OUTSIDE },
    { "a cloud's secrets", "10.1.2.3", "http://169.254.169.254/latest", ONVIF_OUTSIDE },
    { "itself, which is outside", "192.0.2.9", "http://192.0.2.9/", ONVIF_OUTSIDE },
    { "a port where no camera is", "10.1.2.3", "http://10.1.2.3:6379/", ONVIF_OUTSIDE },
    { "no address", "10.1.2.3", "onvif", ONVIF_MALFORMED },
    { "a user before the host", "10.1.2.3", "http://10.1.2.3@192.0.2.9/", ONVIF_OUTSIDE },
};

static void test_address(gconstpointer data)
{
    const AddressCase *row = data;
    g_autoptr(Networks) networks = networks_new();
    networks_add(networks, "10.1.0.0/16");
    networks_add(networks, "fd12::/32");
    networks_add_ports(networks, "80");
    networks_add_ports(networks, "443");
    networks_add_ports(networks, "554");
    networks_add_ports(networks, "8080");
    g_autoptr(GInetAddress) device = g_inet_address_new_from_string(row->device);
    OnvifTrouble trouble = { 0 };
    g_autoptr(GInetAddress) own = onvif_own_address(row->address, device, networks, &trouble);
    g_assert_cmpint(own ? ONVIF_WELL : trouble.kind, ==, row->trouble);
    onvif_trouble_clear(&trouble);
}

typedef struct {
    const char *name, *text;
    guint count; /* 0: refused */
    const char *first;
} TargetCase;

static const TargetCase target_cases[] = {
    { "an address", "10.1.2.3", 1, "10.1.2.3" },
    { "with a port", "10.1.2.3:8080", 1, "10.1.2.3" },
    { "a network without its ends", "10.1.2.0/24", 254, "10.1.2.1" },
    { "the largest", "10.1.4.0/22", 1022, "10.1.4.1" },
    { "two addresses", "10.1.2.2/31", 2, "10.1.2.2" },
    { "too large", "10.1.0.0/21", 0, NULL },
    { "bits behind the mask", "10.1.2.3/24", 0, NULL },
    { "outside", "192.0.2.1", 0, NULL },
    { "this machine", "127.0.0.1", 0, NULL },
    { "a name", "camera", 0, NULL },
    { "IPv6", "fd12::3", 0, NULL },
    { "nothing", "", 0, NULL },
};

static void test_target(gconstpointer data)
{
    const TargetCase *row = data;
    g_autoptr(Networks) networks = networks_new();
    networks_add(networks, "10.1.0.0/16");
    g_autoptr(GPtrArray) targets = discovery_targets_new();
    g_autoptr(GError) error = NULL;
    gboolean is_taken = discovery_add_targets(targets, row->text, networks, &error);
    g_assert_cmpint(is_taken, ==, row->count > 0);
    if (!is_taken)
        return;
    g_assert_cmpuint(targets->len, ==, row->count);
    const DiscoveryTarget *first = targets->pdata[0];
    g_autofree char *text = g_inet_address_to_string(first->address);
    g_assert_cmpstr(text, ==, row->first);
}

static void test_too_many_targets(void)
{
    g_autoptr(Networks) networks = networks_new();
    g_autoptr(GPtrArray) targets = discovery_targets_new();
    g_assert_true(discovery_add_targets(targets, "10.1.0.0/22", networks, NULL));
    g_assert_false(discovery_add_targets(targets, "10.1.4.0/22", networks, NULL));
}

typedef struct {
    const char *name, *profiles; /* "H264 1920 1080|..." */
    gint main, sub;
} ChoiceCase;

static const ChoiceCase choice_cases[] = {
    { "large and small", "H264 640 360|H264 1920 1080", 1, 0 },
    { "the smallest that is not too coarse",
      "H264 1920 1080|H264 1280 720|H264 640 360|H264 176 144", 0, 2 },
    { "one", "H264 1920 1080", 0, -1 },
    { "two alike", "H264 1920 1080|H264 1920 1080", 0, -1 },
    { "H.264 before H.265", "H265 3840 2160|H264 1280 720|H265 640 360", 1, 2 },
    { "H.265 alone", "H265 3840 2160|H265 640 360|JPEG 640 360", 0, 1 },
    { "neither", "JPEG 1920 1080|MPEG4 640 360", -1, -1 },
};

static void test_choice(gconstpointer data)
{
    const ChoiceCase *row = data;
    g_autoptr(GPtrArray) profiles =
        g_ptr_array_new_with_free_func((GDestroyNotify)onvif_profile_free);
    g_auto(GStrv) words = g_strsplit(row->profiles, "|", -1);
    for (char **word = words; *word; word++) {
        OnvifProfile *profile = g_new0(OnvifProfile, 1);
        g_auto(GStrv) parts = g_strsplit(*word, " ", 3);
        profile->encoding = g_strdup(parts[0]);
        profile->width = (guint)atoi(parts[1]);
        profile->height = (guint)atoi(parts[2]);
        g_ptr_array_add(profiles, profile);
    }
    gint main, sub;
    onvif_choose(profiles, &main, &sub);
    g_assert_cmpint(main, ==, row->main);
    g_assert_cmpint(sub, ==, row->sub);
}

typedef struct {
    const char *name, *text;
    OnvifTroubleKind trouble;
} AnswerCase;

static const AnswerCase answer_cases[] = {
    { "not XML", "hello", ONVIF_MALFORMED },
    { "nothing", "", ONVIF_MALFORMED },
    { "cut off", "<e:Envelope xmlns:e=\"x\"><e:Body>", ONVIF_MALFORMED },
    { "not SOAP", "<html/>", ONVIF_MALFORMED },
    { "another answer", ENVELOPE("<GetProfilesResponse/>"), ONVIF_MALFORMED },
    { "a document type", "<!DOCTYPE a><a/>", ONVIF_ENTITIES },
    { "entities behind a comment", "<!-- x --><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
      ONVIF_ENTITIES },
    { "no right",
      ENVELOPE(
          "<e:Fault><e:Code><e:Subcode><e:Value>ter:NotAuthorized</e:Value></e:Subcode></e:Code>"
          "</e:Fault>"),
      ONVIF_DENIED },
    { "another fault", ENVELOPE("<e:Fault><e:Reason><e:Text>busy</e:Text></e:Reason></e:Fault>"),
      ONVIF_REFUSED },
    { "no uri", ENVELOPE("<GetStreamUriResponse><MediaUri/></GetStreamUriResponse>"),
      ONVIF_MALFORMED },
};

static void test_answer(gconstpointer data)
{
    const AnswerCase *row = data;
    OnvifTrouble trouble = { 0 };
    g_assert_null(onvif_read_uri(row->text, strlen(row->text), TRUE, &trouble));
    g_assert_cmpint(trouble.kind, ==, row->trouble);
    g_autofree char *text = onvif_trouble_dup_text(&trouble), *zh = onvif_trouble_dup_zh(&trouble);
    g_assert_true(*text && *zh && !strchr(text, '%') && !strchr(zh, '%'));
    onvif_trouble_clear(&trouble);
}

static void test_uri(void)
{
    const char *text = ENVELOPE("<GetStreamUriResponse><MediaUri><Uri> "
                                "rtsp://root:pa%40ss@10.1.2.3:554/ch1?a=1&amp;b=2 </Uri></MediaUri>"
                                "</GetStreamUriResponse>");
    OnvifTrouble trouble = { 0 };
    g_autofree char *uri = onvif_read_uri(text, strlen(text), FALSE, &trouble);
    g_assert_cmpstr(uri, ==, "rtsp://10.1.2.3:554/ch1?a=1&b=2");
}

/* --- tables ------------------------------------------------------------------------------------
 */

typedef struct {
    const char *name, *before, *after;
    guint first_row;
} TableCase;

#define BOM "\xef\xbb\xbf"

static const TableCase table_cases[] = {
    { "none yet", "", BOM "编号,名称,主码流\r\nn,\"门,外\",rtsp://10.1.2.3/\r\n", 2 },
    { "its columns", "main,#note,name,id\nrtsp://10.1.1.1/,x,a,b\n",
      "main,#note,name,id\nrtsp://10.1.1.1/,x,a,b\nrtsp://10.1.2.3/,,\"门,外\",n\n", 3 },
    { "a column more", "国标编号,名称,厂商模板\r\n1,a,dahua\r\n",
      "国标编号,名称,厂商模板,编号,主码流\r\n1,a,dahua\r\n,\"门,外\",,n,rtsp://10.1.2.3/\r\n", 3 },
    { "no line end at the end", "id,name,main\na,b,rtsp://10.1.1.1/",
      "id,name,main\na,b,rtsp://10.1.1.1/\nn,\"门,外\",rtsp://10.1.2.3/\n", 3 },
    { "a mark before it", BOM "id,name,main\n", BOM "id,name,main\nn,\"门,外\",rtsp://10.1.2.3/\n",
      2 },
    { "a line break in the head", "id,\"#a\nb\",name,main\n",
      "id,\"#a\nb\",name,main\nn,,\"门,外\",rtsp://10.1.2.3/\n", 2 },
};

static void test_table(gconstpointer data)
{
    const TableCase *row = data;
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref);
    GHashTable *camera = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(camera, (gpointer) "id", (gpointer) "n");
    g_hash_table_insert(camera, (gpointer) "name", (gpointer) "门,外");
    g_hash_table_insert(camera, (gpointer) "main", (gpointer) "rtsp://10.1.2.3/");
    g_hash_table_insert(camera, (gpointer) "region", (gpointer) "");
    g_ptr_array_add(rows, camera);
    gsize len = 0;
    guint first_row = 0;
    g_autoptr(GError) error = NULL;
    g_autofree char *after =
        camera_append(row->before, strlen(row->before), rows, &len, &first_row, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(after, ==, row->after);
    g_assert_cmpuint(len, ==, strlen(after));
    g_assert_cmpuint(first_row, ==, row->first_row);
}

#define ADD(group, cases, func)                                                                    \
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {                                              \
        g_autofree char *path = g_strconcat("/onvif/" group "/", (cases)[i].name, NULL);           \
        g_test_add_data_func(path, &(cases)[i], func);                                             \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    onvif_init();
    g_test_add_func("/onvif/digest", test_digest);
    g_test_add_func("/onvif/request", test_request);
    g_test_add_func("/onvif/uri", test_uri);
    g_test_add_func("/onvif/too many targets", test_too_many_targets);
    ADD("address", address_cases, test_address)
    ADD("target", target_cases, test_target)
    ADD("choice", choice_cases, test_choice)
    ADD("answer", answer_cases, test_answer)
    ADD("table", table_cases, test_table)
    return g_test_run();
}
