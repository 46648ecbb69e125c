/* customer.c - reading and changing customers. Who a newcomer is: identity.c; contacts: contact.c; merging: merge.c;
 * search: lookup.c; duplicates: duplicate.c. */
#include "customer/customer.h"
#include "base/ids.h"
#include "store/events.h"
#include "customer/private.h"
#include "customer.sql.h"
#include <string.h>

enum { CHAIN_MAX = 64 };

static void
contact_free(gpointer data)
{
	Contact *contact = data;

	g_free(contact->kind);
	g_free(contact->value);
	g_free(contact);
}

void
customer_free(Customer *customer)
{
	if (customer == NULL)
		return;
	g_free(customer->ref);
	g_free(customer->name);
	g_free(customer->lang);
	g_free(customer->zone);
	g_free(customer->notes);
	g_free(customer->segment);
	g_free(customer->external_id);
	g_free(customer->merged_into_ref);
	g_clear_pointer(&customer->contacts, g_ptr_array_unref);
	g_free(customer);
}

json_t *
customer_to_json(const Customer *customer)
{
	json_t *out = json_object();

	json_put_text(out, "ref", customer->ref);
	json_put_text(out, "name", customer->name);
	json_put_text(out, "lang", customer->lang);
	json_put_text(out, "zone", customer->zone);
	json_put_text(out, "notes", customer->notes);
	json_put_text(out, "segment", customer->segment);
	json_put_text(out, "external_id", customer->external_id);
	json_put_time(out, "created_at", customer->created_at);
	json_put_text(out, "merged_into", customer->merged_into_ref);
	if (customer->contacts != NULL) {
		json_t *contacts = json_array();

		for (guint i = 0; i < customer->contacts->len; i++) {
			const Contact *contact = customer->contacts->pdata[i];
			json_t *one = json_object();

			json_put_int(one, "id", contact->id);
			json_put_text(one, "kind", contact->kind);
			json_put_text(one, "value", contact->value);
			json_array_append_new(contacts, one);
		}
		json_put(out, "contacts", contacts);
	}
	json_put_int(out, "version", customer->version);
	return out;
}

static Customer *
customer_read(DbRows *rows)
{
	Customer *self = g_new0(Customer, 1);

	self->id = db_rows_int(rows, "id");
	self->ref = g_strdup(db_rows_text(rows, "ref"));
	self->name = g_strdup(db_rows_text(rows, "name"));
	self->lang = g_strdup(db_rows_text(rows, "lang"));
	self->zone = g_strdup(db_rows_text(rows, "zone"));
	self->notes = g_strdup(db_rows_text(rows, "notes"));
	self->segment = g_strdup(db_rows_text(rows, "segment"));
	self->external_id = g_strdup(db_rows_text(rows, "external_id"));
	self->created_at = db_rows_int(rows, "created_at");
	self->merged_into = db_rows_int(rows, "merged_into");
	self->merged_into_ref = g_strdup(db_rows_text(rows, "merged_into_ref"));
	self->version = db_rows_int(rows, "version");
	return self;
}

static int
kind_rank(const Contact *contact)
{
	return strcmp(contact->kind, "email") == 0 ? 0 : strcmp(contact->kind, "phone") == 0 ? 1 : 2;
}

/* Addresses to write to first, then to ring; within a kind as they came. */
static int
compare_contacts(gconstpointer a, gconstpointer b)
{
	return kind_rank(*(Contact *const *)a) - kind_rank(*(Contact *const *)b);
}

static gboolean
read_contacts(Db *db, Customer *customer, GError **error)
{
	g_autoptr(DbRows) rows = contact_rows(db, customer->id, error);
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return FALSE;
	customer->contacts = g_ptr_array_new_with_free_func(contact_free);
	while (db_rows_next(rows, &local)) {
		Contact *contact = g_new0(Contact, 1);

		contact->id = db_rows_int(rows, "id");
		contact->kind = g_strdup(db_rows_text(rows, "kind"));
		contact->value = g_strdup(db_rows_text(rows, "value"));
		g_ptr_array_add(customer->contacts, contact);
	}
	g_ptr_array_sort(customer->contacts, compare_contacts); /* stable; SQLite would make a sorter for every call */
	if (local == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&local));
	return FALSE;
}

/* Takes @rows. */
static Customer *
read_first(DbRows *of, GError **error)
{
	g_autoptr(DbRows) rows = of;
	g_autoptr(GError) local = NULL;

	if (rows == NULL)
		return NULL;
	if (db_rows_next(rows, &local))
		return customer_read(rows);
	if (local != NULL)
		g_propagate_error(error, g_steal_pointer(&local));
	else
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such customer");
	return NULL;
}

static Customer *
read_one(Db *db, gint64 id, GError **error)
{
	return read_first(db_query(db, &SQL_CUSTOMER_BY_ID, DB_ARGS(DB_INT(id)), error), error);
}

Customer *
customer_get(Db *db, gint64 id, GError **error)
{
	g_autoptr(Customer) customer = read_one(db, id, error);

	return customer != NULL && read_contacts(db, customer, error) ? g_steal_pointer(&customer) : NULL;
}

gboolean
customer_follow(Db *db, gint64 id, gint64 *ret_id, GError **error)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		gint64 next = 0;
		gboolean found = FALSE;

		if (!db_query_int(db, &SQL_CUSTOMER_MERGED_INTO, DB_ARGS(DB_INT(id)), &next, &found, error))
			return FALSE;
		if (!found) {
			*ret_id = id;
			return TRUE;
		}
		id = next;
	}
	g_set_error(error, ERR, ERR_CORRUPT, "customer %" G_GINT64_FORMAT " is merged in a circle", id);
	return FALSE;
}

gboolean
customer_id_by_ref(Db *db, const char *ref, gint64 *ret_id, GError **error)
{
	char clean[REF_SIZE];
	gboolean found = FALSE;

	if (ref != NULL && ref_read(ref, clean) && !db_query_int(db, &SQL_CUSTOMER_ID_BY_REF, DB_ARGS(DB_TEXT(clean)), ret_id, &found, error))
		return FALSE;
	if (!found)
		g_set_error(error, ERR, ERR_NOT_FOUND, "no such customer");
	return found;
}

Customer *
customer_by_ref(Db *db, const char *ref, GError **error)
{
	g_autoptr(Customer) customer = NULL;
	char clean[REF_SIZE] = "";
	gint64 id;

	if (ref != NULL)
		ref_read(ref, clean);
	if ((customer = read_first(db_query(db, &SQL_CUSTOMER_BY_REF, DB_ARGS(DB_TEXT(clean)), error), error)) == NULL)
		return NULL;
	if (customer->merged_into != 0)
		return customer_follow(db, customer->merged_into, &id, error) ? customer_get(db, id, error) : NULL;
	return read_contacts(db, customer, error) ? g_steal_pointer(&customer) : NULL;
}

gboolean
customer_event(Db *db, const char *kind, gint64 customer_id, json_t *facts, const Actor *actor, gint64 now_ms, GError **error)
{
	const Event event = { .kind = kind, .subject_id = customer_id, .at_ms = now_ms, .actor = actor, .facts = facts };

	return event_add(db, &event, NULL, error);
}

static gboolean
zone_is_known(const char *zone)
{
	g_autoptr(GTimeZone) known = g_time_zone_new_identifier(zone);

	return known != NULL;
}

/* "en", "de-AT": two or three letters and what may follow. */
static gboolean
lang_is_good(const char *lang)
{
	gsize n = strspn(lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return (n == 2 || n == 3) && (lang[n] == '\0' || lang[n] == '-') && strlen(lang) <= 20;
}

static gboolean
check_change(const CustomerChange *change, GError **error)
{
	g_autoptr(GError) faults = NULL;
	const char *name = (change->given & CUSTOMER_NAME) != 0 ? change->name : NULL;
	const char *notes = (change->given & CUSTOMER_NOTES) != 0 ? change->notes : NULL;
	g_autofree char *line = name != NULL ? line_read(name, CUSTOMER_NAME_MAX) : NULL;

	if (name != NULL && name[0] != '\0' && line == NULL)
		err_add_field(&faults, "/name", "A name has at most %d bytes, on one line.", CUSTOMER_NAME_MAX);
	if ((change->given & CUSTOMER_LANG) != 0 && change->lang != NULL && !lang_is_good(change->lang))
		err_add_field(&faults, "/lang", "A language is a word such as en or de-AT.");
	if ((change->given & CUSTOMER_ZONE) != 0 && change->zone != NULL && !zone_is_known(change->zone))
		err_add_field(&faults, "/zone", "There is no time zone of this name. One is Europe/Berlin.");
	if (notes != NULL && (strlen(notes) > CUSTOMER_NOTES_MAX || !g_utf8_validate(notes, -1, NULL)))
		err_add_field(&faults, "/notes", "Notes have at most %d bytes.", CUSTOMER_NOTES_MAX);
	if ((change->given & CUSTOMER_SEGMENT) != 0 && change->segment != NULL && strlen(change->segment) > CUSTOMER_SEGMENT_MAX)
		err_add_field(&faults, "/segment", "A segment is a word or two, at most %d bytes.", CUSTOMER_SEGMENT_MAX);
	if (faults == NULL)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&faults));
	return FALSE;
}

static void
take(char **member, const char *value, const char *field, json_t *fields)
{
	if (g_strcmp0(*member, value) == 0)
		return;
	g_free(*member);
	*member = g_strdup(value);
	json_array_append_new(fields, json_string(field));
}

static gboolean
write_customer(Db *db, const Customer *customer, GError **error)
{
	g_autofree char *key = name_fold(customer->name);
	gint64 changed = 0;

	if (!db_exec(db, &SQL_CUSTOMER_UPDATE,
		    DB_ARGS(DB_INT(customer->id), DB_INT(customer->version), DB_TEXT(customer->name), DB_TEXT(key != NULL ? key : ""),
			    DB_TEXT(customer->lang), DB_TEXT(customer->zone), DB_TEXT(customer->notes), DB_TEXT(customer->segment)),
		    &changed, error))
		return FALSE;
	if (changed > 0)
		return TRUE;
	g_set_error(error, ERR, ERR_CONFLICT, "the customer was changed or merged meanwhile");
	return FALSE;
}

static gboolean
change_in(Db *db, Customer *customer, const CustomerChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) facts = json_object();
	json_t *fields = json_array();

	json_put(facts, "fields", fields);
	if ((change->given & CUSTOMER_NAME) != 0) {
		g_autofree char *line = line_read(change->name, CUSTOMER_NAME_MAX);

		take(&customer->name, line != NULL ? line : "", "name", fields);
	}
	if ((change->given & CUSTOMER_LANG) != 0)
		take(&customer->lang, change->lang, "lang", fields);
	if ((change->given & CUSTOMER_ZONE) != 0)
		take(&customer->zone, change->zone, "zone", fields);
	if ((change->given & CUSTOMER_NOTES) != 0)
		take(&customer->notes, change->notes, "notes", fields);
	if ((change->given & CUSTOMER_SEGMENT) != 0) {
		g_autofree char *key = change->segment != NULL ? name_fold(change->segment) : NULL;

		take(&customer->segment, key, "segment", fields);
	}
	if (json_array_size(fields) == 0)
		return TRUE;
	return write_customer(db, customer, error) && customer_event(db, "customer.changed", customer->id, facts, actor, now_ms, error);
}

Customer *
customer_change(Db *db, gint64 id, gint64 version, const CustomerChange *change, const Actor *actor, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = NULL;
	g_autoptr(Customer) customer = NULL;
	g_autoptr(Customer) after = NULL;

	if (!check_change(change, error) || (tx = db_begin(db, error)) == NULL || (customer = read_one(db, id, error)) == NULL)
		return NULL;
	if ((version != 0 && customer->version != version) || customer->merged_into != 0) {
		g_set_error(error, ERR, ERR_CONFLICT, "the customer was changed or merged meanwhile");
		return NULL;
	}
	if (!change_in(db, customer, change, actor, now_ms, error) || (after = customer_get(db, id, error)) == NULL)
		return NULL;
	return db_tx_commit(tx, error) ? g_steal_pointer(&after) : NULL;
}
