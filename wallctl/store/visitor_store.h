/* visitor_store.h - on which screens visitor mode is on, and what ends it (wallctl/visitor.h) */
#ifndef WALLCTL_STORE_VISITOR_STORE_H
#define WALLCTL_STORE_VISITOR_STORE_H

#include "wallctl/base/json.h"
#include "wallctl/store/store.h"

typedef struct {
    Json *walls; /* owned; NULL: nowhere */
    char *pin;   /* Argon2id; NULL: none is set */
    guint failures;
    gint64 until_ms; /* nobody may try before; 0: now */
} VisitorRecord;

void visitor_record_clear(VisitorRecord *record);

/* [control] Copies; the newest wins. */
void visitor_store_put(Store *store, const VisitorRecord *record);

/* Before the loop runs. FALSE with an error: it is not known whether visitor mode is on. */
gboolean visitor_store_load(Store *store, VisitorRecord *record, GError **error);

#endif
