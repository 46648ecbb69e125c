/* csv_layout.c - which delimiter a file uses and where its header stands. The records themselves: text/csv.c. */
#include "text/csv.h"
#include <string.h>

enum { MAX_LOOK = 200 /* records */ };

/* What the first records look like when cut with one delimiter. */
typedef struct {
	guint n, widths[MAX_LOOK];
	gint64 at_byte[MAX_LOOK], line[MAX_LOOK];
	gboolean names[MAX_LOOK]; /* could be a header: every field is a name, no number, none empty */
	guint known[MAX_LOOK];	  /* how many fields are names we know */
} Look;

typedef struct {
	const guint8 *bytes;
	gsize size;
} Piece;

static gssize
source_piece(gpointer data, guint8 *buffer, gsize size, GError **error)
{
	Piece *piece = data;
	gsize n = MIN(size, piece->size);

	memcpy(buffer, piece->bytes, n);
	piece->bytes += n;
	piece->size -= n;
	return (gssize)n;
}

static gboolean
is_known(const char *text, const char *const *known)
{
	for (; known != NULL && *known != NULL; known++)
		if (g_ascii_strcasecmp(text, *known) == 0)
			return TRUE;
	return FALSE;
}

static gboolean
is_name(const CsvField *field)
{
	gboolean letter = FALSE;

	for (const char *p = field->text; *p != '\0'; p++)
		letter |= g_ascii_isalpha(*p) || (guint8)*p >= 0x80;
	return letter && field->size <= 200;
}

static void
look(const guint8 *bytes, gsize size, gboolean whole, Charset charset, char delimiter, const char *const *known, Look *ret_look)
{
	Piece piece = { bytes, size };
	CsvOptions options = { source_piece, &piece, charset, delimiter, 0, 0 };
	g_autoptr(CsvReader) reader = csv_reader_new(&options);
	CsvRecord record;

	ret_look->n = 0;
	while (ret_look->n < MAX_LOOK && csv_next(reader, &record, NULL)) {
		guint i = ret_look->n;

		/* The sample's end cuts a record: its width says nothing. */
		if (!whole && (record.fault == CSV_OPEN_QUOTE || record.at_byte + record.n_bytes >= (gint64)size))
			return;
		ret_look->widths[i] = record.n_fields;
		ret_look->at_byte[i] = record.at_byte;
		ret_look->line[i] = record.line;
		ret_look->names[i] = record.n_fields > 0;
		ret_look->known[i] = 0;
		for (guint f = 0; f < record.n_fields; f++) {
			g_autofree char *name = g_strstrip(g_strdup(record.fields[f].text));

			ret_look->names[i] = ret_look->names[i] && is_name(&record.fields[f]);
			ret_look->known[i] += is_known(name, known);
		}
		ret_look->n++;
	}
}

/* The width most records have, and the share that has it. */
static guint
usual_width(const Look *it, double *ret_share)
{
	guint best = 0, n_best = 0;

	for (guint i = 0; i < it->n; i++) {
		guint n = 0;

		for (guint k = 0; k < it->n; k++)
			n += it->widths[k] == it->widths[i];
		if (n > n_best || (n == n_best && it->widths[i] > best)) {
			best = it->widths[i];
			n_best = n;
		}
	}
	*ret_share = it->n > 0 ? (double)n_best / it->n : 0;
	return best;
}

/* The record that holds the names: one with names we know, else the first as wide as most that follow. */
static guint
find_header(const Look *it, guint width)
{
	guint best = 0, most = 0;

	for (guint i = 0; i < it->n; i++)
		if (it->known[i] > most && it->known[i] * 4 >= it->widths[i]) {
			best = i;
			most = it->known[i];
		}
	if (most > 0)
		return best;
	for (guint i = 0; i < it->n; i++)
		if (it->widths[i] == width && it->names[i])
			return i;
	for (guint i = 0; i < it->n; i++)
		if (it->widths[i] == width)
			return i;
	return 0;
}

static double
score(const Look *it, guint header, guint width, double share)
{
	double points = share * share * MIN(width, 40);

	if (width < 2)
		points = 0.1;
	if (!it->names[header] || it->widths[header] != width)
		points *= 0.3;
	points += 100.0 * it->known[header] / MAX(it->widths[header], 1);
	/* Lines of junk before a header are possible, few are more likely. */
	return points * (1 - 0.2 * MIN(header, 4) / 4.0);
}

gboolean
csv_layout_guess(const guint8 *bytes, gsize size, gboolean whole, gsize bom, Charset charset, const char *const *known,
	CsvLayout *ret_layout, GError **error)
{
	static const char delimiters[] = { ',', ';', '\t', '|' };
	g_autofree Look *it = g_new(Look, 1);
	CsvLayout layout = { 0 };
	double best = -1;

	for (guint i = 0; i < G_N_ELEMENTS(delimiters); i++) {
		double share, points;
		guint width, header;

		look(bytes, size, whole, charset, delimiters[i], known, it);
		if (it->n == 0)
			continue;
		width = usual_width(it, &share);
		header = find_header(it, width);
		points = score(it, header, width, share);
		if (it->widths[header] == 0 || points <= best)
			continue;
		best = points;
		layout.delimiter = delimiters[i];
		layout.at_byte = (gint64)bom + it->at_byte[header];
		layout.at_line = it->line[header];
		layout.n_columns = it->widths[header];
	}
	if (best < 0) {
		g_set_error_literal(error, ERR, ERR_INVALID, "the file holds no table: no row of text was found in it");
		return FALSE;
	}
	*ret_layout = layout;
	return TRUE;
}
