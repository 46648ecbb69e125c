/* world.h - small helpers of these tests: a person, a case, what it looks like now. Each fails the test when it cannot. */
#pragma once
#include "cases/assign.h"
#include "cases/intake.h"
#include "cases/merge.h"
#include "cases/message.h"
#include "cases/stage.h"
#include "cases/words.h"
#include "kit/kit.h"
#include "org/roles.h"
#include "org/user.h"

static inline gint64
world_user(Kit *kit, const char *name, const char *email, const char *role)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(User) user = user_add(kit->db, &(NewUser){ .email = email, .name = name, .role = role, .capacity = -1 }, kit->actor, kit->now_ms, &error);

	g_assert_no_error(error);
	return user->id;
}

static inline Actor
world_actor(gint64 user_id, const char *role)
{
	Actor actor = { .kind = ACTOR_STAFF, .user_id = user_id, .may = role_may(role), .zone = "UTC", .lang = "en" };

	g_strlcpy(actor.role, role, sizeof actor.role);
	g_strlcpy(actor.name, "Ruth Adeyemi", sizeof actor.name);
	return actor;
}

static inline gint64
world_case_of(Kit *kit, NewCase make)
{
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	if (make.channel == NULL)
		make.channel = "form";
	if (make.body == NULL)
		make.body = "The kettle leaks.";
	case_intake(kit->db, &make, kit->actor, kit->now_ms, &id, NULL, &error);
	g_assert_no_error(error);
	return id;
}

static inline gint64
world_case(Kit *kit, const char *subject)
{
	return world_case_of(kit, (NewCase){ .subject = subject, .severity = -1 });
}

static inline Case *
world_look(Kit *kit, gint64 id)
{
	g_autoptr(GError) error = NULL;
	Case *it = case_get(kit->db, id, &error);

	g_assert_no_error(error);
	return it;
}

static inline gint64
world_say(Kit *kit, gint64 case_id, const char *direction, const char *body, const Actor *actor)
{
	g_autoptr(GError) error = NULL;
	gint64 id = 0;

	message_add(kit->db, case_id, &(NewMessage){ .direction = direction, .body = body }, actor, kit->now_ms, &id, &error);
	g_assert_no_error(error);
	return id;
}

static inline void
world_word(Kit *kit, Tree tree, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(DbTx) tx = db_begin(kit->db, &error);
	gint64 id;

	g_assert_no_error(error);
	tree_resolve(kit->db, tree, path, TRUE, "/x", kit->actor, kit->now_ms, &id, &error);
	g_assert_no_error(error);
	db_tx_commit(tx, &error);
	g_assert_no_error(error);
}

/* TRUE when @error is about @field; clears it. */
static inline gboolean
world_at_fault(GError **error, const char *field)
{
	const GPtrArray *fields = *error != NULL ? err_fields(*error) : NULL;
	gboolean found = FALSE;

	for (guint i = 0; fields != NULL && i < fields->len; i++)
		found |= g_strcmp0(((ErrField *)fields->pdata[i])->field, field) == 0;
	return found;
}
