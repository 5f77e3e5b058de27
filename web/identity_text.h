/* identity_text.h - what a client shows of itself in the headers of a request. Pure. [any] */
#ifndef WALLCTL_WEB_IDENTITY_TEXT_H
#define WALLCTL_WEB_IDENTITY_TEXT_H

#define IDENTITY_MAX 512 /* bytes of a token or cookie */

/* Of Authorization: the token of "Bearer TOKEN", within header; NULL if it is none. header may be NULL. */
const char *identity_bearer(const char *header);

/* Of Cookie: the value of our cookie; NULL unless it is there once. header may be NULL. Caller frees. */
char *identity_cookie(const char *header);

#endif
