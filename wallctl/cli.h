/* cli.h - the wallctl command: what a person types at a terminal, carried out by the daemon over
 * its UNIX socket */
#ifndef WALLCTL_CLI_H
#define WALLCTL_CLI_H

/* argv as main() has it. Returns an exit status of sysexits.h: 64 usage, 65 refused, 69 no daemon,
 * 75 stale. */
int cli_main(int argc, char **argv);

#endif
