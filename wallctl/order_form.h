/* order_form.h - a work order as a page to print: A4, number, QR of the case code. Pure. [any]
 *
 * UTF-8 HTML without scripts and without anything from elsewhere. It says what the order and the
 * public columns of its case say: there is nothing in them of citizens.
 */
#ifndef WALLCTL_ORDER_FORM_H
#define WALLCTL_ORDER_FORM_H

#include "config/case_data.h"
#include "wallctl/store/order_store.h"

typedef struct {
    const StoredOrder *order;
    const Case *c; /* NULL: the case is kept elsewhere */
    const char *site;
    const CaseData *words;
    const Vocabulary *vocabulary;
} OrderForm;

/* Caller frees. */
char *order_form_html(const OrderForm *form);

#endif
