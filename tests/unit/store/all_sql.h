/* all_sql.h - every statement of src/, as tools/sqlgen.py --all finds them. Ends with a NULL file. */
#pragma once
#include "store/db.h"

typedef struct {
	const char *file, *engine; /* engine: "" for both */
	DbSql sql;
} AllSql;
extern const AllSql all_sql[];
