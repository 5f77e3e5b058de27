/* audit_rig.h - a register in a store of its own, for tests */
#ifndef WALLCTL_TESTS_UNIT_AUDIT_RIG_H
#define WALLCTL_TESTS_UNIT_AUDIT_RIG_H

#include "case_rig.h"

#include "wallctl/store/audit_store.h"

#define AUDIT_RIG_SITE "红塔区综治中心"

typedef struct {
    StoreRig store; /* first: tests of the store take it */
    AuditKey *key;
} AuditRig;

void audit_rig_init(AuditRig *rig);
void audit_rig_clear(AuditRig *rig);
AuditSigner audit_rig_signer(const AuditRig *rig);

/* Appends n rows of all kinds, from at_ms on a second apart, in batches with checkpoints between. */
void audit_rig_fill(AuditRig *rig, GRand *rand, guint n, gint64 at_ms);

/* Any row; its texts are static. */
AuditRow audit_rig_row(GRand *rand, gint64 at_ms);

AuditVerdict audit_rig_verify(AuditRig *rig);

#endif
