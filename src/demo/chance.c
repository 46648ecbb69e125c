/* chance.c - the demo's own numbers: the same for the same seed, everywhere. */
#include "demo/company.h"
#include <math.h>

guint64
chance_next(Chance *self)
{
	/* splitmix64, public domain, S. Vigna */
	guint64 z = (self->state += 0x9E3779B97F4A7C15ull);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
	return z ^ (z >> 31);
}

guint
chance_below(Chance *self, guint n)
{
	return (guint)(((chance_next(self) >> 32) * n) >> 32);
}

gboolean
chance_of(Chance *self, guint percent)
{
	return chance_below(self, 100) < percent;
}

double
chance_unit(Chance *self)
{
	return (double)(chance_next(self) >> 11) / 9007199254740992.0;
}

double
chance_skewed(Chance *self, double median, double spread)
{
	/* Twelve uniforms make a good enough bell without log() differing between machines in the last bit. */
	double bell = -6.0;

	for (int i = 0; i < 12; i++)
		bell += chance_unit(self);
	return median * exp(spread * bell);
}

const char *
chance_pick(Chance *self, const char *const *words)
{
	guint n = 0;

	while (words[n] != NULL)
		n++;
	return words[chance_below(self, n)];
}
