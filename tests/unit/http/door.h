/* door.h - a server over the test's own route table, and a client that speaks to it through a real socket. */
#pragma once
#include "http/server.h"
#include "kit/kit.h"
G_BEGIN_DECLS

typedef struct {
	Kit *kit;
	Store *store;
	Router *router;
	HttpServer *server;
	Pages *pages;
	guint16 port;
} Door;

/* Actors given back since the start of the program; true once the door is closed. */
extern guint door_released;

/* Tokens "agent" and "auditor" (may only read), sessions "s-agent" with CSRF token "csrf-agent". @config may be NULL. */
Door *door_open(Kit *kit, const Route *table, const HttpConfig *config);
void door_close(Door *door);

typedef struct {
	guint status;
	char *head, *body;
	gsize body_size;
} Answer;
void answer_free(Answer *answer);
/* A header's value in the answer, or NULL. (transfer full) */
char *answer_header(const Answer *answer, const char *name);
/* The body as JSON. (transfer full) */
json_t *answer_json(const Answer *answer);

/* One request on a connection of its own. @headers: lines ended by "\r\n", may be NULL; @body NULL: none. */
Answer *door_ask(Door *door, const char *method, const char *path, const char *headers, const char *body);
/* The same with JSON and token "agent". */
Answer *door_json(Door *door, const char *method, const char *path, const char *body);
/* A plain connection. */
int door_connect(const Door *door);
void door_send(int fd, const char *text, gsize size);
/* Reads until the peer closes, or @until stands in what came, at most 10 s. (transfer full) */
char *door_read(int fd, const char *until, gsize *ret_size);
/* An answer out of raw bytes. */
Answer *answer_read(const char *bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Door, door_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)
G_END_DECLS
