/* company.c - see the header. What goes wrong there: demo/stories.c. */
#include "demo/company.h"
#include "base/secret.h"
#include "base/json.h"
#include "cases/macro.h"
#include "cases/view.h"
#include "cases/words.h"
#include "demo/stories.h"
#include "org/settings.h"
#include "org/user.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *assign_by;
} teams[4] = { { "Care team", "least_loaded" }, { "Delivery desk", "round_robin" }, { "Repairs desk", "least_loaded" }, { "Billing desk", "round_robin" } };

static const struct {
	const char *name, *mail, *role, *zone;
	guint team, care, from, to;
} people[N_AGENTS] = {
	{ "Amara Okafor", "amara.okafor", "agent", "Europe/London", 0, 95, 8, 16 }, { "Priya Raman", "priya.raman", "agent", "Europe/London", 0, 92, 9, 17 },
	{ "Tom Hartley", "tom.hartley", "agent", "Europe/London", 0, 55, 12, 20 }, { "Grace Lin", "grace.lin", "agent", "Europe/London", 0, 80, 8, 16 },
	{ "Daniel Brooks", "daniel.brooks", "agent", "Europe/London", 0, 70, 10, 18 }, { "Ewa Nowak", "ewa.nowak", "agent", "Europe/Warsaw", 0, 88, 7, 15 },
	{ "Liam Walsh", "liam.walsh", "agent", "Europe/Dublin", 1, 62, 7, 15 }, { "Sofia Marin", "sofia.marin", "agent", "Europe/London", 1, 85, 8, 16 },
	{ "Hassan Ali", "hassan.ali", "agent", "Europe/London", 1, 78, 12, 20 }, { "Katie Moss", "katie.moss", "agent", "Europe/London", 1, 45, 9, 17 },
	{ "Owen Price", "owen.price", "agent", "Europe/London", 1, 72, 10, 18 }, { "Marek Dvorak", "marek.dvorak", "agent", "Europe/Prague", 2, 90, 7, 15 },
	{ "Joyce Mensah", "joyce.mensah", "agent", "Europe/London", 2, 83, 8, 16 }, { "Peter Lang", "peter.lang", "agent", "Europe/Berlin", 2, 66, 8, 16 },
	{ "Nadia Haddad", "nadia.haddad", "agent", "Europe/London", 2, 75, 11, 19 }, { "Callum Reid", "callum.reid", "agent", "Europe/London", 2, 50, 9, 17 },
	{ "Ines Duarte", "ines.duarte", "agent", "Europe/Lisbon", 3, 87, 8, 16 }, { "Ben Fowler", "ben.fowler", "agent", "Europe/London", 3, 58, 9, 17 },
	{ "Mei Tanaka", "mei.tanaka", "agent", "Europe/London", 3, 91, 8, 16 }, { "Robert Kane", "robert.kane", "agent", "Europe/London", 3, 68, 12, 20 },
	{ "Jonas Weber", "jonas.weber", "supervisor", "Europe/Berlin", 0, 90, 8, 17 }, { "Ellen Brandt", "ellen.brandt", "supervisor", "Europe/Berlin", 1, 90, 8, 17 },
	{ "Ruth Collins", "ruth.collins", "admin", "Europe/London", 0, 90, 9, 17 }, { "Alan Whitby", "alan.whitby", "auditor", "Europe/London", 0, 90, 9, 17 },
};

static const struct {
	char shelf;
	const char *path, *name;
} products[] = {
	{ 'f', "Furniture › Birch bookcase", "Birch bookcase" }, { 'f', "Furniture › Alder table", "Alder table" }, { 'f', "Furniture › Fen sofa", "Fen sofa" },
	{ 'f', "Furniture › Moor wardrobe", "Moor wardrobe" }, { 'f', "Furniture › Holt bed", "Holt bed" }, { 'f', "Furniture › Beck armchair", "Beck armchair" },
	{ 'f', "Furniture › Rush desk", "Rush desk" }, { 'f', "Lighting › Glow lamp", "Glow lamp" }, { 'f', "Textiles › Heath rug", "Heath rug" },
	{ 'a', "Appliances › Tarn 60 dishwasher", "Tarn 60 dishwasher" }, { 'a', "Appliances › Tarn 45 dishwasher", "Tarn 45 dishwasher" },
	{ 'a', "Appliances › Brook washer", "Brook washer" }, { 'a', "Appliances › Frost fridge", "Frost fridge" }, { 'a', "Appliances › Ember oven", "Ember oven" },
	{ 'a', "Appliances › Kit kettle", "Kit kettle" }, { 'a', "Appliances › Gale hood", "Gale hood" },
	{ 'p', "Services › Care plan", "care plan" }, { 'p', "Services › Fitting", "fitting service" },
};

void
company_product(Chance *chance, char shelf, const char **ret_path, const char **ret_name)
{
	guint at[G_N_ELEMENTS(products)], n = 0, one;

	for (guint i = 0; i < G_N_ELEMENTS(products); i++)
		if (products[i].shelf == shelf || (shelf == 's' && products[i].shelf != 'p'))
			at[n++] = i;
	one = at[chance_below(chance, n)];
	*ret_path = products[one].path;
	*ret_name = products[one].name;
}

guint
company_team_of(const char *category)
{
	if (g_str_has_prefix(category, "Delivery"))
		return 1;
	if (g_str_has_prefix(category, "Appliances") || g_str_has_prefix(category, "Guarantee") || strstr(category, "Engineer") != NULL)
		return 2;
	if (g_str_has_prefix(category, "Billing") || g_str_has_prefix(category, "Website"))
		return 3;
	return 0;
}

static const char *const first_names[] = { "Ruth", "Desmond", "Hanna", "Gareth", "Yusuf", "Ingrid", "Lewis", "Marta", "Aoife", "Daniel", "Chloe", "Ibrahim", "Nina",
	"George", "Fatima", "Oliver", "Siobhan", "Rajesh", "Elena", "Victor", "Wendy", "Kwame", "Tessa", "Milan", "Harriet", "Jakub", "Leila", "Stuart", "Carmen", "Derek",
	"Zoe", "Anton", "Pauline", "Imran", "Greta", "Simon", "Adaeze", "Colin", "Rosa", "Edward", "Yuki", "Moira", "Felix", "Shirin", "Howard", "Bianca", "Tariq", "Dorothy",
	"Luca", "Agnes", "Nathan", "Precious", "Erik", "Joan", "Samir", "Philippa", "Mateus", "Brenda", "Kofi", "Astrid" };
static const char *const last_names[] = { "Adeyemi", "Clarke", "Sørensen", "Pugh", "Demir", "Maes", "Okonkwo", "Kowalczyk", "Brennan", "Achterberg", "Hughes", "Khan",
	"Petrov", "Taylor", "Rossi", "Patel", "Murphy", "Novak", "Silva", "Fraser", "Bennett", "Mbeki", "Lindqvist", "Wójcik", "Morgan", "Haddad", "Fischer", "Costa",
	"Whitfield", "Nakamura", "Doyle", "Ferreira", "Singh", "Barrett", "Larsen", "Ahmed", "Cooper", "Dubois", "Osei", "Marsh", "Ivanova", "Turner", "Gallagher", "Schmidt",
	"Begum", "Sinclair", "Andersen", "Chowdhury", "Ellis", "Moreau", "Walsh", "Horvath", "Reyes", "Thornton", "Popescu", "Kelly", "Bauer", "Mensah", "Hart", "Yilmaz" };
const char *const company_towns[] = { "Leeds", "Bristol", "Norwich", "Cardiff", "Derby", "York", "Exeter", "Luton", "Dundee", "Swansea", "Preston", "Reading", NULL };

static void
fold_into(GString *out, const char *name)
{
	g_autofree char *ascii = g_str_to_ascii(name, "C");

	for (const char *p = ascii; *p != '\0'; p++)
		if (g_ascii_isalnum(*p))
			g_string_append_c(out, g_ascii_tolower(*p));
}

void
company_person(guint64 seed, guint64 n, Person *ret)
{
	Chance chance = { seed * 0x2545F4914F6CDD1Dull + n * 0x9E3779B97F4A7C15ull + 77 };
	const char *first = first_names[chance_below(&chance, G_N_ELEMENTS(first_names))];
	const char *last = last_names[chance_below(&chance, G_N_ELEMENTS(last_names))];
	g_autoptr(GString) mail = g_string_new(NULL);

	fold_into(mail, first);
	g_string_append_c(mail, '.');
	fold_into(mail, last);
	g_string_append_printf(mail, "%" G_GUINT64_FORMAT "@example.org", n);
	g_snprintf(ret->name, sizeof ret->name, "%s %s", first, last);
	g_strlcpy(ret->first, first, sizeof ret->first);
	g_strlcpy(ret->email, mail->str, sizeof ret->email);
	/* 07700 900000 to 900999 are kept free for fiction (Ofcom). */
	g_snprintf(ret->phone, sizeof ret->phone, "07700 900%03u", chance_below(&chance, 1000));
	ret->by_phone = chance_of(&chance, 25);
}

static gboolean
make_people(Db *db, Company *company, gint64 now_ms, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(teams); i++) {
		g_autoptr(Team) team = team_add(db, teams[i].name, teams[i].assign_by, actor_system(), now_ms, error);

		if (team == NULL)
			return FALSE;
		company->team_ids[i] = team->id;
	}
	for (guint i = 0; i < N_AGENTS; i++) {
		g_autofree char *mail = g_strdup_printf("%s@" DEMO_DOMAIN, people[i].mail);
		NewUser make = { mail, people[i].name, people[i].role, company->password_hash, people[i].zone, "en", company->team_ids[people[i].team], -1 };
		g_autoptr(User) user = user_add(db, &make, actor_system(), now_ms, error);

		if (user == NULL)
			return FALSE;
		company->agents[i] = (Agent){ user->id, company->team_ids[people[i].team], people[i].name, people[i].mail, people[i].care, people[i].from, people[i].to };
	}
	return TRUE;
}

static gboolean
make_members(Db *db, const Company *company, gint64 now_ms, GError **error)
{
	for (guint t = 0; t < G_N_ELEMENTS(teams); t++) {
		g_autoptr(GArray) members = g_array_new(FALSE, FALSE, sizeof(gint64));
		g_autoptr(Team) team = NULL;

		for (guint i = 0; i < N_AGENTS; i++)
			if (company->agents[i].team_id == company->team_ids[t] && !g_str_equal(people[i].role, "auditor"))
				g_array_append_val(members, company->agents[i].user_id);
		if ((team = team_change(db, company->team_ids[t], 0, NULL, NULL, members, FALSE, actor_system(), now_ms, error)) == NULL)
			return FALSE;
	}
	return TRUE;
}

static gboolean
make_words(Db *db, gint64 now_ms, GError **error)
{
	g_autoptr(DbTx) tx = db_begin(db, error);
	gint64 id;

	if (tx == NULL)
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(products); i++)
		if (!tree_resolve(db, TREE_PRODUCT, products[i].path, TRUE, "/product", actor_system(), now_ms, &id, error))
			return FALSE;
	for (guint i = 0; i <= n_stories; i++) {
		const Story *story = i < n_stories ? &stories[i] : &outage_story;

		if (!tree_resolve(db, TREE_CATEGORY, story->category, TRUE, "/category", actor_system(), now_ms, &id, error))
			return FALSE;
		for (guint k = 0; story->causes[k] != NULL; k++)
			if (!tree_resolve(db, TREE_ROOT_CAUSE, story->causes[k], TRUE, "/root_cause", actor_system(), now_ms, &id, error))
				return FALSE;
	}
	return db_tx_commit(tx, error);
}

static const struct {
	const char *name, *body;
} macros[] = {
	{ "First words", "Dear {{customer.first_name|there}},\n\nthank you for telling us, and I am sorry. That is not how it should have gone. I am {{agent.first_name}}, and I look after this for you from now on. I will find out what happened and write to you by \n\n{{agent.first_name}}" },
	{ "Ask for the order number", "Dear {{customer.first_name|there}},\n\nso that I can find your {{case.product|order}}: could you send me the order number? It begins with LF and stands on your confirmation. If you do not have it, your postcode will do.\n\n{{agent.first_name}}" },
	{ "Refund is on its way", "Dear {{customer.first_name|there}},\n\nyour money is on its way back to the card it came from. Banks take up to three working days to show it. If it is not there by then, write here and it comes to me.\n\n{{agent.first_name}}" },
	{ "Number, when asked on the phone", "Your complaint has the number {{case.ref}}. With the private link we sent you, you see at any time where it stands." },
	{ "Closing words", "Dear {{customer.first_name|there}},\n\nthank you for your patience. You should not have needed it. I will ask you in two weeks whether it is still right.\n\n{{agent.first_name}}" },
};

/* What customers see of the house, wording everybody can use, and searches worth keeping. */
static gboolean
make_house(Db *db, gint64 now_ms, GError **error)
{
	g_autoptr(json_t) house = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "house_address", "12 Mill Lane, Leeds LS1 4AB", "house", "Larch & Fern", "house_line", "Furniture and appliances for the home",
		"phone", "0808 157 0000", "hours", "every day, 8 to 20", "zone", "Europe/London", "appeal_name", "Home Goods Ombudsman", "appeal_url", "https://ombudsman.example");
	char ref[16];

	if (!settings_change(db, house, actor_system(), now_ms, error))
		return FALSE;
	for (guint i = 0; i < G_N_ELEMENTS(macros); i++)
		if (!macro_add(db, macros[i].name, macros[i].body, NULL, TRUE, actor_system(), now_ms, ref, error))
			return FALSE;
	return TRUE;
}

static gboolean
make_views(Db *db, const Company *company, gint64 now_ms, GError **error)
{
	static const struct {
		const char *name, *query, *sort;
		guint agent;
		gboolean shared;
	} views[] = {
		{ "Payment outage, 3 Nov", "category:\"Website › Payment failed\"", "due", DEMO_FIRST_SUPERVISOR, TRUE },
		{ "Came back after resolving", "is:reopened is:open", "due", DEMO_FIRST_SUPERVISOR, TRUE },
		{ "Critical this month", "severity:critical received:30d", "newest", DEMO_FIRST_SUPERVISOR, TRUE },
		{ "Ring before lunch", "owner:me channel:phone is:open", "due", 0, FALSE },
	};

	for (guint i = 0; i < G_N_ELEMENTS(views); i++) {
		Actor actor = *actor_system();
		char ref[16];

		actor.user_id = company->agents[views[i].agent].user_id;
		if (!saved_view_add(db, views[i].name, views[i].query, views[i].sort, views[i].shared, &actor, now_ms, ref, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
company_make(Db *db, Company *company, gint64 now_ms, GError **error)
{
	return make_people(db, company, now_ms, error) && make_members(db, company, now_ms, error) && make_words(db, now_ms, error) &&
	       make_house(db, now_ms, error) && make_views(db, company, now_ms, error);
}
