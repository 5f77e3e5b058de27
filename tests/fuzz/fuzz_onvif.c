/* fuzz_onvif.c - whatever a device answers, each reader gives a sound value or says what is wrong; the first byte says
 * which reader */
#include "onvif/answers.h"
#include "onvif/xml.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
    g_assert_true(!text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n")));
}

static gboolean read_matches(const char *text, gsize size)
{
    g_autoptr(GPtrArray) matches = onvif_read_matches(text, size, "uuid:1");
    for (guint i = 0; matches && i < matches->len; i++) {
        const OnvifMatch *match = matches->pdata[i];
        check_text(match->name);
        check_text(match->location);
        for (char **address = match->addresses; *address; address++)
            g_assert_false(strchr(*address, ' '));
    }
    return TRUE; /* what is no answer is no trouble */
}

static gboolean read_profiles(const char *text, gsize size, OnvifTrouble *trouble)
{
    g_autoptr(GPtrArray) profiles = onvif_read_profiles(text, size, TRUE, trouble);
    for (guint i = 0; profiles && i < profiles->len; i++) {
        const OnvifProfile *profile = profiles->pdata[i];
        check_text(profile->name);
        g_assert_true(*profile->token && *profile->encoding);
    }
    return profiles != NULL;
}

static gboolean read_any(guint kind, const char *text, gsize size, OnvifTrouble *trouble)
{
    gint64 unix_s;
    OnvifInformation information = { 0 };
    OnvifServices services = { 0 };
    gboolean is_read;
    switch (kind) {
    case 0:
        return read_matches(text, size);
    case 1:
        return onvif_read_time(text, size, &unix_s, trouble);
    case 2:
        is_read = onvif_read_information(text, size, FALSE, &information, trouble);
        check_text(information.maker);
        onvif_information_clear(&information);
        return is_read;
    case 3:
    case 4:
        is_read = kind == 3 ? onvif_read_services(text, size, TRUE, &services, trouble)
                            : onvif_read_capabilities(text, size, TRUE, &services, trouble);
        check_text(services.media);
        onvif_services_clear(&services);
        return is_read;
    case 5:
        return read_profiles(text, size, trouble);
    default: {
        g_autofree char *uri = onvif_read_uri(text, size, TRUE, trouble);
        check_text(uri);
        return uri != NULL;
    }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    OnvifTrouble trouble = { 0 };
    gboolean is_read = read_any(data[0] % 7, (const char *)data + 1, size - 1, &trouble);
    g_assert_true(is_read || trouble.kind != 0);
    if (trouble.kind) {
        g_autofree char *text = onvif_trouble_dup_text(&trouble);
        g_autofree char *zh = onvif_trouble_dup_zh(&trouble);
        check_text(text);
        check_text(zh);
    }
    onvif_trouble_clear(&trouble);
    return 0;
}
