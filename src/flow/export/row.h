/* row.h - one case as it is written out: the columns in their order, and each way of writing them. Private to
 * flow/export/. */
#pragma once
#include "flow/export/export.h"
#include "store/db.h"
G_BEGIN_DECLS

/* What does not stand in the case's own row, as JSON made already. */
typedef struct {
	GString *messages, *contacts, *email, *phone, *body, *record; /* body: the customer's first words; record: flow/carry/carry.h */
} ExportParts;

void export_head(ExportFormat format, GString *out);
/* @rows stands on a row of export_cases. */
void export_row(ExportFormat format, DbRows *rows, const ExportParts *parts, GString *out);

G_END_DECLS
