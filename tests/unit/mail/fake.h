/* fake.h - a mail server that plays a script, for what no real one would do. One connection a script, in order.
 *
 * A script is lines: "S text" sends text and CR LF; "R text" sends it as it is, with \r \n \0 \\ undone; "Z n text" sends that n
 * times; "C begin" reads a line that must begin so (letters of either case); "C" any line; "D" reads to the line "."; "X"
 * breaks the connection off; "E" waits for the client's end. At the script's end the connection is closed. */
#pragma once
#include <glib.h>

typedef struct _Fake Fake;
Fake *fake_start(const char *const *scripts); /* NULL at the end */
guint fake_port(const Fake *self);
/* What all clients said, lines ended by LF; the test fails if a script was not played to its end. Borrowed. */
const char *fake_heard(Fake *self);
void fake_stop(Fake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fake, fake_stop)
