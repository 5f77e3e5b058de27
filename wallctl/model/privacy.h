/* privacy.h - finds what points at a citizen in Chinese text, and takes it out. Pure. [any]
 *
 * The last door behind the mapping's allow-list (field.h): the few texts that a site lets in pass
 * here. Found are phone numbers, identity and travel papers, plates, bank cards, e-mail and chat
 * accounts, detailed addresses, and names where the words around them say that a name stands there;
 * also with blanks, dashes, full-width or Chinese digits, invisible characters and in traditional
 * script. Left alone are region and case codes, dates, money, counts, short public numbers (110,
 * 12345) and what is veiled already (张某某).
 *
 * It errs to the side of taking out too much. Names and addresses have no form of their own, so they
 * are found less surely than numbers; the figures are in docs/zh/隐私.md and asserted by test_privacy.
 */
#ifndef WALLCTL_MODEL_PRIVACY_H
#define WALLCTL_MODEL_PRIVACY_H

#include <glib.h>

typedef enum {
    PRIVATE_PHONE = 1,
    PRIVATE_ID,      /* identity card, passport, travel permit, number of a certificate */
    PRIVATE_PLATE,   /* of a vehicle */
    PRIVATE_CARD,    /* bank card */
    PRIVATE_MAIL,    /* e-mail address */
    PRIVATE_ACCOUNT, /* WeChat, QQ ... */
    PRIVATE_ADDRESS, /* down to the house or the group and house */
    PRIVATE_NAME,
    PRIVATE_LAST = PRIVATE_NAME
} PrivateKind;

const char *private_word(PrivateKind kind); /* "phone" ... borrowed */
const char *private_mark(PrivateKind kind); /* "［电话］": what stands in its place; borrowed */

typedef struct {
    PrivateKind kind;
    gsize from, to; /* bytes of the text */
} PrivateSpan;

/* All of them, in the order of the text, none over another. text must be valid UTF-8. Caller owns the
 * array (of PrivateSpan). */
GArray *privacy_list(const char *text);

/* Is there any? Bytes that are no UTF-8 are read as U+FFFD. */
gboolean privacy_finds(const char *text);

/* The text with a mark in each place. Valid UTF-8 also when text is not; at most four times as long;
 * redacting it again changes nothing. n_found (may be NULL) gets the number of places. Caller frees. */
char *privacy_redact(const char *text, guint *n_found);

#endif
