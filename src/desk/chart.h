/* chart.h - two lines over time as SVG paths, made here so that the page needs no script to draw them. */
#pragma once
#include "base/json.h"

/* Puts "chart" {received, resolved: paths, x[{at, day}], y[{at, value}], last_received{y, n}, last_resolved{y, n}} beside
 * @over_time's rows; null for fewer than two rows. The box is 820 by 250: x from 46 to 728, y from 220 up to 20. */
void chart_put(json_t *over_time);
