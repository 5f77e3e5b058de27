/* machine_report.h - the machine, the process and the versions of its libraries in words, for who looks for a fault
 * from afar. [worker] */
#ifndef WALLCTL_MACHINE_REPORT_H
#define WALLCTL_MACHINE_REPORT_H

#include "wallctl/base/json.h"

/* {"kernel","machine","cpu","cores","memory_kb","available_kb","load","disk":{...},"clock":{...}}: folder is where
 * the state lies. Caller owns each. */
Json *machine_report(const char *folder);

/* {"threads":[{"name","state","cpu_ticks"}],"files":{"socket":12,...},"memory":{"VmHWM_kB":...}}. */
Json *process_report(void);

Json *version_report(void); /* {"wallctl":"0.1.0","glib":"2.74.6",...} */

/* One line a plugin that GStreamer finds: name, version, file. Caller frees. */
char *plugin_report(void);

#endif
