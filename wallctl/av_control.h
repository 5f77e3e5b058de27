/* av_control.h - a TCP port for room control systems (中控): lines of text in, answers and events out. [control]
 *
 * Off unless the configuration names an address. Who may connect is said by addresses and networks, what they may do
 * by a token (av_commands.h). Everything a client can take is bounded: lines, how fast they come, what waits for it,
 * how long it says nothing. docs/zh/中控对接.md has the protocol.
 */
#ifndef WALLCTL_AV_CONTROL_H
#define WALLCTL_AV_CONTROL_H

#include "wallctl/av_commands.h"

typedef struct AvControl AvControl;

AvControl *av_control_new(const AvEnv *env, const Config *config);
void av_control_free(AvControl *av); /* before what env names */

/* The port begins anew, without its clients, if anything of it has changed. */
void av_control_reload(AvControl *av, const Config *config);

/* To who has subscribed. data is borrowed. */
void av_control_event(AvControl *av, const char *name, Json *data);

/* {"address","clients","refused","lines","trouble"?}; NULL when it is off. Caller owns. */
Json *av_control_state(const AvControl *av);

#endif
