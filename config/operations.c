/* operations.c - the sections for those who keep the wall running: figures for monitoring */
#include "config/builder.h"
#include "config/option_rows.h"

static const Option metrics_rows[] = {
    { INT("cameras", Config, metrics_cameras, 500, 0, 20000),
      .help = "逐台给出指标的摄像机数，按文件里的次序；其余的只计入总数；0 只给总数" },
};
const OptionTable table_metrics =
    TABLE("metrics", "监控指标",
          "Prometheus 从 /metrics 读取，用有 health.read 权限的令牌；见 "
          "[管理手册](zh/管理手册.md)。",
          metrics_rows);

void read_operations(Builder *builder, Json *top)
{
    read_section(builder, top, &table_metrics, builder->config);
}
