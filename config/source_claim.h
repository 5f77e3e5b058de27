/* source_claim.h - under which values of the attribute "source" a configured source may send. Pure. [any]
 *
 * (source, id) is the event: who can use another's "source" can take its numbers before it does, and
 * speak in its name. So each source claims its uri and what its speaks_for names, each with all that
 * lies below ("/a" is "/a" and "/a/b", never "/ab"; "urn:a" is also "urn:a:b"). The longest claim on a
 * value decides: who makes it may send under the value, nobody else may. What nobody claims is open to
 * those who have no speaks_for.
 */
#ifndef WALLCTL_CONFIG_SOURCE_CLAIM_H
#define WALLCTL_CONFIG_SOURCE_CLAIM_H

#include "config/config.h"

/* source is one of config's. FALSE: refused; *claimant is one who may (borrowed), NULL if nobody claims
 * the value. claimant may be NULL. */
gboolean source_may_use(const Config *config, const SourceConfig *source, const char *value,
                        const SourceConfig **claimant);

#endif
