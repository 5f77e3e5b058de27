/* source_claim.c - under which values of the attribute "source" a configured source may send */
#include "config/source_claim.h"

#include <string.h>

#define DIVIDERS "/:"

/* Length of the claim if it is on the value, else 0. */
static gsize claim_length(const char *claim, const char *value)
{
    gsize len = strlen(claim);
    if (len == 0 || strncmp(value, claim, len) != 0)
        return 0;
    gboolean is_below = strchr(DIVIDERS, value[len]) || strchr(DIVIDERS, claim[len - 1]);
    return value[len] == 0 || is_below ? len : 0;
}

static gsize longest_claim(const SourceConfig *source, const char *value)
{
    gsize longest = claim_length(source->uri, value);
    for (guint i = 0; source->speaks_for && source->speaks_for[i]; i++)
        longest = MAX(longest, claim_length(source->speaks_for[i], value));
    return longest;
}

gboolean source_may_use(const Config *config, const SourceConfig *source, const char *value,
                        const SourceConfig **claimant)
{
    const SourceConfig *owner = NULL;
    gsize longest = 0;
    for (guint i = 0; i < config->n_sources; i++) {
        gsize len = longest_claim(&config->sources[i], value);
        if (len > longest) {
            longest = len;
            owner = &config->sources[i];
        }
    }
    if (claimant)
        *claimant = owner;
    return owner ? longest_claim(source, value) == longest : source->speaks_for == NULL;
}
