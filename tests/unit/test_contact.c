/* test_contact.c - which office is in charge of a place, and which numbers an office may have */
#include "wallctl/model/contact.h"

/* --- whom to call ------------------------------------------------------------------------------
 */

#define OFFICE(CODE, NAME)                                                                         \
    {                                                                                              \
        (char *)CODE, (char *)NAME, (char *)"0877-0000000"                                         \
    }

/* Not in the order of size: the longest region wins, not the first or the last. */
static const Contact offices[] = {
    OFFICE("530402", "county"),          OFFICE("530402008003", "village"),
    OFFICE("530402008", "township"),     OFFICE("53040200", "a shorter prefix"),
    OFFICE("530402009001", "elsewhere"),
};

static const struct {
    const char *name, *code, *expected;
} places[] = {
    { "village", "530402008003", "village" },
    { "grid-in-village", "530402008003001", "village" },
    { "other-village", "530402008004", "township" },
    { "township", "530402008", "township" },
    { "township-without-own", "530402007", "a shorter prefix" },
    { "village-of-such-a-township", "530402007002", "a shorter prefix" },
    { "township-with-a-village-that-has", "530402009", "a shorter prefix" },
    { "another-hundred", "530402201", "county" },
    { "county", "530402", "county" },
    { "city-around", "5304", NULL },
    { "another-county", "530403008", NULL },
    { "empty", "", NULL },
};

static void test_place(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    const Contact *found = contact_of_region(offices, G_N_ELEMENTS(offices), places[i].code);
    g_assert_cmpstr(found ? found->name : NULL, ==, places[i].expected);
    g_assert_null(contact_of_region(NULL, 0, places[i].code));
}

/* --- numbers -----------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *text;
    PhoneKind expected;
} phones[] = {
    { "area-and-number", "0877-2011234", PHONE_DESK },
    { "eight-digits", "0871-64567890", PHONE_DESK },
    { "made-up", "0877-0000008", PHONE_DESK },
    { "groups", "0877 201 1234", PHONE_DESK },
    { "no-area", "2011234", PHONE_DESK },
    { "short", "12345", PHONE_DESK },
    { "shortest", "110", PHONE_DESK },
    { "country", "+86 877 2011234", PHONE_DESK },
    { "country-and-zero", "+86-0871-64567890", PHONE_DESK },
    { "country-dialled", "0086 871 64567890", PHONE_DESK },
    { "service-number", "400-810-1234", PHONE_DESK },
    { "beijing", "010-13456789", PHONE_DESK },
    { "extension", "0877-2011234 转 801", PHONE_DESK },
    { "extension-close", "0877-2011234转801", PHONE_DESK },
    { "extension-of-a-switchboard", "0871-64567890 分机 12", PHONE_DESK },
    { "extension-in-latin", "0871-64567890 ext. 138001", PHONE_DESK },
    { "mobile", "13800138000", PHONE_MOBILE },
    { "mobile-of-19", "19900000000", PHONE_MOBILE },
    { "mobile-in-groups", "138 0013 8000", PHONE_MOBILE },
    { "mobile-in-dashes", "1-38001-38000", PHONE_MOBILE },
    { "mobile-and-country", "+86 138 0013 8000", PHONE_MOBILE },
    { "mobile-and-country-close", "8613800138000", PHONE_MOBILE },
    { "mobile-dialled-from-afar", "0086-13800138000", PHONE_MOBILE },
    { "mobile-of-another-town", "013800138000", PHONE_MOBILE },
    { "mobile-through-a-switchboard", "9-13800138000", PHONE_MOBILE },
    { "mobile-with-extension", "13800138000 转 1", PHONE_MOBILE },
    { "mobile-behind-an-area", "0877-13800138000", PHONE_OTHER },
    { "mobile-as-extension", "0877-2011234 转 13800138000", PHONE_OTHER },
    { "two-numbers", "0877-2011234 0877-2011235", PHONE_OTHER },
    { "two-digits", "12", PHONE_OTHER },
    { "empty", "", PHONE_OTHER },
    { "extension-alone", "转 801", PHONE_OTHER },
    { "extension-without-digits", "0877-2011234 转", PHONE_OTHER },
    { "word-in-front", "电话 0877-2011234", PHONE_OTHER },
    { "letters", "0877-20l1234", PHONE_OTHER },
    { "two-dashes", "0877--2011234", PHONE_OTHER },
    { "dash-at-the-end", "0877-2011234-", PHONE_OTHER },
    { "line-break-behind", "0877-2011234\n", PHONE_OTHER },
    { "full-width", "０８７７２０１１２３４", PHONE_OTHER },
    { "not-text", "0877\377", PHONE_OTHER },
};

static void test_phone(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_assert_cmpint(phone_kind(phones[i].text), ==, phones[i].expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_strdup_printf("/contact/of-region/%s", places[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_place);
    }
    for (guint i = 0; i < G_N_ELEMENTS(phones); i++) {
        g_autofree char *path = g_strdup_printf("/contact/phone/%s", phones[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_phone);
    }
    return g_test_run();
}
