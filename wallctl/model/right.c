/* right.c - what a person may do here: the table of roles and rights */
#include "wallctl/model/right.h"

#include "wallctl/base/error.h"

#include <string.h>

#define R(name) (1u << RIGHT_##name)

static const char *const right_words[N_RIGHTS] = {
    [RIGHT_ANYBODY] = "anybody",
    [RIGHT_SIGNED_IN] = "signed_in",
    [RIGHT_STATUS_READ] = "status.read",
    [RIGHT_WALL_VIEW] = "wall.view",
    [RIGHT_WALL_OPERATE] = "wall.operate",
    [RIGHT_WALL_EDIT] = "wall.edit",
    [RIGHT_WALL_OVERRIDE] = "wall.override",
    [RIGHT_CAMERA_LIST] = "camera.list",
    [RIGHT_CAMERA_VIEW] = "camera.view",
    [RIGHT_CAMERA_PTZ] = "camera.ptz",
    [RIGHT_CAMERA_ADMIN] = "camera.admin",
    [RIGHT_CASE_READ] = "case.read",
    [RIGHT_CASE_WORK] = "case.work",
    [RIGHT_ALARM_ANSWER] = "alarm.answer",
    [RIGHT_BOARD_READ] = "board.read",
    [RIGHT_BRIEFING_MAKE] = "briefing.make",
    [RIGHT_LINKAGE_EDIT] = "linkage.edit",
    [RIGHT_HEALTH_READ] = "health.read",
    [RIGHT_ACCOUNT_ADMIN] = "account.admin",
    [RIGHT_SYSTEM_ADMIN] = "system.admin",
    [RIGHT_AUDIT_READ] = "audit.read",
    [RIGHT_EXPORT_REQUEST] = "export.request",
    [RIGHT_EXPORT_APPROVE] = "export.approve",
    [RIGHT_VISITOR_SWITCH] = "visitor.switch",
};

#define EVERYBODY   (R(ANYBODY) | R(SIGNED_IN) | R(STATUS_READ))
#define READS_CASES (R(CASE_READ) | R(BOARD_READ))
#define SEES_WALL   (R(WALL_VIEW) | R(CAMERA_LIST))
#define RUNS_WALL                                                                                  \
    (R(WALL_OPERATE) | R(CAMERA_VIEW) | R(CAMERA_PTZ) | R(ALARM_ANSWER) | R(VISITOR_SWITCH))

static const struct {
    const char *word, *zh;
    RightSet rights;
} roles[N_ROLES] = {
    [ROLE_REGISTRAR] = { "registrar", "登记受理", READS_CASES | R(CASE_WORK) },
    [ROLE_MEDIATOR] = { "mediator", "矛盾调解", READS_CASES | R(CASE_WORK) },
    [ROLE_ANALYST] = { "analyst", "研判分析", READS_CASES | SEES_WALL | R(BRIEFING_MAKE) },
    [ROLE_SUPERVISOR] = { "supervisor", "跟踪督办",
                          READS_CASES | SEES_WALL | R(CASE_WORK) | R(ALARM_ANSWER) |
                              R(CAMERA_VIEW) | R(HEALTH_READ) | R(EXPORT_REQUEST) },
    [ROLE_DISPATCHER] = { "dispatcher", "协调调度",
                          READS_CASES | SEES_WALL | RUNS_WALL | R(WALL_EDIT) | R(CASE_WORK) |
                              R(BRIEFING_MAKE) | R(LINKAGE_EDIT) | R(HEALTH_READ) |
                              R(EXPORT_REQUEST) },
    [ROLE_LEADER] = { "leader", "领导",
                      READS_CASES | SEES_WALL | RUNS_WALL | R(WALL_OVERRIDE) | R(CASE_WORK) |
                          R(BRIEFING_MAKE) | R(HEALTH_READ) | R(EXPORT_APPROVE) },
    [ROLE_AUDITOR] = { "auditor", "审计", R(AUDIT_READ) | R(EXPORT_REQUEST) },
    [ROLE_SYSADMIN] = { "sysadmin", "系统管理员",
                        R(HEALTH_READ) | R(ACCOUNT_ADMIN) | R(SYSTEM_ADMIN) },
    [ROLE_DEVICE_ADMIN] = { "device_admin", "设备管理员",
                            R(CAMERA_LIST) | R(CAMERA_VIEW) | R(CAMERA_PTZ) | R(CAMERA_ADMIN) |
                                R(HEALTH_READ) },
};

const char *right_word(Right right)
{
    return right_words[right];
}

gboolean right_parse(const char *word, Right *right)
{
    for (guint i = 1; i < N_RIGHTS; i++) {
        if (strcmp(right_words[i], word) == 0) {
            *right = (Right)i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *role_word(Role role)
{
    return roles[role].word;
}

const char *role_zh(Role role)
{
    return roles[role].zh;
}

gboolean role_parse(const char *word, Role *role)
{
    for (guint i = 1; i < N_ROLES; i++) {
        if (strcmp(roles[i].word, word) == 0) {
            *role = (Role)i;
            return TRUE;
        }
    }
    return FALSE;
}

RightSet roles_rights(RoleSet set)
{
    RightSet rights = EVERYBODY;
    for (guint i = 1; i < N_ROLES; i++) {
        if (set >> i & 1)
            rights |= roles[i].rights;
    }
    return rights;
}

gboolean roles_check(RoleSet set, GError **error)
{
    if (set == 0 || set >> N_ROLES != 0 || (set & 1)) {
        wall_error_set(error, WALL_ERROR_INVALID, "at least one is needed", "角色：至少要有一个");
        return FALSE;
    }
    const RoleSet auditor = 1u << ROLE_AUDITOR,
                  admins = 1u << ROLE_SYSADMIN | 1u << ROLE_DEVICE_ADMIN;
    if ((set & auditor) && set != auditor) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "an auditor has no other role: nobody checks what he did himself",
                       "角色：审计员不得兼任其他角色（不能自己审计自己）");
        return FALSE;
    }
    if ((set & 1u << ROLE_SYSADMIN) && (set & ~admins)) {
        wall_error_set(
            error, WALL_ERROR_INVALID,
            "a system administrator sees no cases: device_admin is the only role beside it",
            "角色：系统管理员不得查看案件，只能兼任设备管理员");
        return FALSE;
    }
    return TRUE;
}
