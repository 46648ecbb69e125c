/* server.c - how a mailbox's IMAP or SMTP server is reached, as it stands in its row and as the API says it. The mailbox:
 * mailbox/mailbox.c. */
#include "mailbox/private.h"
#include "base/fold.h"
#include <string.h>

enum { HOST_BYTES = 253, USER_BYTES = 320, URL_BYTES = 500, FOLDERS = 50, FOLDER_BYTES = 500 };
const char *const mailbox_securities[] = { "tls", "starttls", "none", NULL };
const char *const mailbox_auths[] = { "password", "xoauth2", "none", NULL };

void
mail_server_free(MailServer *server)
{
	if (server == NULL)
		return;
	g_free(server->host);
	g_free(server->security);
	g_free(server->user);
	g_free(server->auth);
	g_free(server->ca_file);
	g_free(server->sealed);
	g_free(server->token_url);
	g_free(server->client_id);
	g_free(server->sealed_client_secret);
	g_strfreev(server->folders);
	g_free(server);
}

static json_t *
folders_to_json(char **folders)
{
	json_t *list = json_array();

	for (char **at = folders; at != NULL && *at != NULL; at++)
		json_array_append_new(list, json_string(*at));
	return list;
}

static json_t *
shared_json(const MailServer *server)
{
	json_t *out = json_object();

	json_put_text(out, "host", server->host);
	json_put_int(out, "port", server->port);
	json_put_text(out, "security", server->security);
	json_put_text(out, "user", server->user);
	json_put_text(out, "auth", server->auth);
	json_put_text(out, "ca_file", server->ca_file);
	json_put_text(out, "token_url", server->token_url);
	json_put_text(out, "client_id", server->client_id);
	json_put(out, "folders", folders_to_json(server->folders));
	return out;
}

json_t *
server_to_json(const MailServer *server)
{
	json_t *out;

	if (server == NULL)
		return json_null();
	out = shared_json(server);
	json_put_bool(out, "has_secret", server->sealed != NULL);
	return out;
}

char *
server_to_row(const MailServer *server)
{
	g_autoptr(json_t) out = NULL;

	if (server == NULL)
		return NULL;
	out = shared_json(server);
	json_put_text(out, "sealed", server->sealed);
	json_put_text(out, "sealed_client_secret", server->sealed_client_secret);
	return json_write(out, NULL);
}

static char **
folders_of_json(const json_t *list)
{
	GStrvBuilder *names = g_strv_builder_new();
	char **out;

	for (gsize i = 0; i < json_array_size(list); i++)
		g_strv_builder_add(names, json_string_value(json_array_get(list, i)));
	out = g_strv_builder_end(names);
	g_strv_builder_unref(names);
	return out;
}

MailServer *
server_of_row(const char *text)
{
	g_autoptr(json_t) row = text != NULL ? json_read(text, strlen(text), NULL) : NULL;
	MailServer *self;

	if (!json_is_object(row))
		return NULL;
	self = g_new0(MailServer, 1);
	self->host = g_strdup(json_text(row, "host", ""));
	self->port = json_int(row, "port", 0);
	self->security = g_strdup(json_text(row, "security", mailbox_securities[0]));
	self->user = g_strdup(json_text(row, "user", NULL));
	self->auth = g_strdup(json_text(row, "auth", mailbox_auths[0]));
	self->ca_file = g_strdup(json_text(row, "ca_file", NULL));
	self->token_url = g_strdup(json_text(row, "token_url", NULL));
	self->client_id = g_strdup(json_text(row, "client_id", NULL));
	self->sealed = g_strdup(json_text(row, "sealed", NULL));
	self->sealed_client_secret = g_strdup(json_text(row, "sealed_client_secret", NULL));
	self->folders = folders_of_json(json_object_get(row, "folders"));
	return self;
}

MailServer *
server_copy(const MailServer *server)
{
	g_autofree char *row = server_to_row(server);

	return server_of_row(row);
}

static void
check_line(const char *text, gsize max, const char *in, const char *field, const char *what, GError **faults)
{
	g_autofree char *line = text != NULL ? line_read(text, max) : NULL;
	g_autofree char *pointer = g_strconcat("/", in, "/", field, NULL);

	if (text != NULL && line == NULL)
		err_add_field(faults, pointer, "%s is one line of at most %d bytes.", what, (int)max);
}

static void
check_word(const char *const *words, const char *word, const char *in, const char *field, GError **faults)
{
	g_autofree char *all = NULL, *pointer = NULL;

	if (word != NULL && g_strv_contains(words, word))
		return;
	all = g_strjoinv(", ", (char **)words);
	pointer = g_strconcat("/", in, "/", field, NULL);
	err_add_field(faults, pointer, "One of: %s.", all);
}

static void
check_ca_file(const MailServer *server, const char *in, GError **faults)
{
	g_autofree char *file = server->ca_file != NULL ? line_read(server->ca_file, URL_BYTES) : NULL, *pointer = g_strconcat("/", in, "/ca_file", NULL);

	if (server->ca_file != NULL && server->ca_file[0] != '\0' && (file == NULL || !g_path_is_absolute(file)))
		err_add_field(faults, pointer, "A file on the machine Redress runs on, by its whole path, such as /etc/ssl/our-authority.pem.");
}

void
server_check(const MailServer *server, const char *in, GError **faults)
{
	g_autofree char *host = server->host != NULL ? line_read(server->host, HOST_BYTES) : NULL;
	g_autofree char *at_host = g_strconcat("/", in, "/host", NULL), *at_port = g_strconcat("/", in, "/port", NULL), *at_folders = g_strconcat("/", in, "/folders", NULL);

	if (host == NULL || strpbrk(host, " /@") != NULL)
		err_add_field(faults, at_host, "The server's name, such as imap.example.org.");
	if (server->port < 1 || server->port > 65535)
		err_add_field(faults, at_port, "A port is a number from 1 to 65535.");
	check_word(mailbox_securities, server->security, in, "security", faults);
	check_word(mailbox_auths, server->auth, in, "auth", faults);
	check_line(server->user, USER_BYTES, in, "user", "The name to sign in with", faults);
	check_ca_file(server, in, faults);
	check_line(server->token_url, URL_BYTES, in, "token_url", "The token's address", faults);
	if (g_strcmp0(server->auth, "xoauth2") == 0 && (server->token_url == NULL || !g_str_has_prefix(server->token_url, "https://"))) {
		g_autofree char *pointer = g_strconcat("/", in, "/token_url", NULL);

		err_add_field(faults, pointer, "XOAUTH2 needs the address where tokens are refreshed, beginning with https://.");
	}
	if (server->folders != NULL && g_strv_length(server->folders) > FOLDERS)
		err_add_field(faults, at_folders, "At most %d folders.", FOLDERS);
	for (char **at = server->folders; at != NULL && *at != NULL; at++)
		check_line(*at, FOLDER_BYTES, in, "folders", "A folder's name", faults);
}
