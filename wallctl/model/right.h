/* right.h - what a person may do here: roles of the centre and the rights that come with them. Pure. [any]
 *
 * The five posts of a centre (登记受理, 矛盾调解, 研判分析, 跟踪督办, 协调调度) are roles, and so are leader,
 * auditor, system administrator and device administrator. Each path of the API names the one right it needs
 * (wallctl/api.c); who has it stands here and nowhere else. An auditor sees no picture, a system
 * administrator no case: what must not meet in one person is refused by roles_check() (GB/T 22239, 三权分立).
 * Who asks for an export and who approves it are two people, whatever their roles.
 */
#ifndef WALLCTL_MODEL_RIGHT_H
#define WALLCTL_MODEL_RIGHT_H

#include <glib.h>

typedef enum {
    RIGHT_ANYBODY = 1, /* also who is not signed in */
    RIGHT_SIGNED_IN,   /* whoever it is */
    RIGHT_STATUS_READ, /* is all well? No picture, no case */
    RIGHT_WALL_VIEW,   /* what is on a wall, and its picture */
    RIGHT_WALL_OPERATE,
    RIGHT_WALL_EDIT,     /* presets, tours, ticker */
    RIGHT_WALL_OVERRIDE, /* another person's lock: to open it, to take it over */
    RIGHT_CAMERA_LIST,
    RIGHT_CAMERA_VIEW, /* pictures of single cameras */
    RIGHT_CAMERA_PTZ,
    RIGHT_CAMERA_ADMIN,
    RIGHT_CASE_READ,
    RIGHT_CASE_WORK, /* orders, revisits, whistles */
    RIGHT_ALARM_ANSWER,
    RIGHT_BOARD_READ, /* figures and briefings */
    RIGHT_BRIEFING_MAKE,
    RIGHT_LINKAGE_EDIT,
    RIGHT_HEALTH_READ, /* sources, links, feeds */
    RIGHT_ACCOUNT_ADMIN,
    RIGHT_SYSTEM_ADMIN,
    RIGHT_AUDIT_READ,
    RIGHT_EXPORT_REQUEST,
    RIGHT_EXPORT_APPROVE,
    RIGHT_VISITOR_SWITCH,
    N_RIGHTS
} Right;

typedef guint32 RightSet; /* bit 1 << Right */
G_STATIC_ASSERT(N_RIGHTS <= 32);

#define RIGHTS_ALL ((RightSet)((1u << N_RIGHTS) - 2))

static inline gboolean rights_have(RightSet set, Right right)
{
    return (set >> right & 1) != 0;
}

const char *right_word(Right right); /* "wall.view"; borrowed */
gboolean right_parse(const char *word, Right *right);

typedef enum {
    ROLE_REGISTRAR = 1, /* 登记受理 */
    ROLE_MEDIATOR,      /* 矛盾调解 */
    ROLE_ANALYST,       /* 研判分析 */
    ROLE_SUPERVISOR,    /* 跟踪督办 */
    ROLE_DISPATCHER,    /* 协调调度 */
    ROLE_LEADER,        /* 领导 */
    ROLE_AUDITOR,       /* 审计 */
    ROLE_SYSADMIN,      /* 系统管理员 */
    ROLE_DEVICE_ADMIN,  /* 设备管理员 */
    N_ROLES
} Role;

typedef guint32 RoleSet; /* bit 1 << Role */

const char *role_word(Role role); /* "dispatcher"; borrowed */
const char *role_zh(Role role);   /* "协调调度"; borrowed */
gboolean role_parse(const char *word, Role *role);
RightSet roles_rights(RoleSet roles); /* RIGHT_ANYBODY and RIGHT_SIGNED_IN are always among them */

/* FALSE with WALL_ERROR_INVALID for no role at all, and for roles that must not meet in one person. */
gboolean roles_check(RoleSet roles, GError **error);

#endif
