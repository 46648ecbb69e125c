-- Email: mailboxes, every mail as it came, where it went, and what goes out. Who writes here: mailbox/, flow/mail_*.

CREATE TABLE mailboxes (
  id             {id},
  ref            TEXT   NOT NULL UNIQUE,
  address        TEXT   NOT NULL,
  address_key    TEXT   NOT NULL UNIQUE,           -- folded
  also           {json} NOT NULL,                  -- further addresses that come here: ["sales@...", ...], folded
  name           TEXT   NOT NULL DEFAULT '',       -- who it says it is from: the brand
  team_id        {ref}  REFERENCES teams(id),
  signature      TEXT   NOT NULL DEFAULT '',
  acknowledge    {bool} NOT NULL DEFAULT TRUE,
  ack_subject    TEXT   NOT NULL DEFAULT '',       -- '': the house's own words
  ack_body       TEXT   NOT NULL DEFAULT '',
  when_closed    TEXT   NOT NULL DEFAULT 'reopen' CHECK (when_closed IN ('reopen', 'link')),
  when_unknown   TEXT   NOT NULL DEFAULT 'accept' CHECK (when_unknown IN ('accept', 'ask', 'quarantine')),
  trusted        {bool} NOT NULL DEFAULT FALSE,    -- X-Redress-* headers of its mail may set fields
  plus           {bool} NOT NULL DEFAULT FALSE,    -- the server takes name+anything@: answers carry a token there
  max_mb         {int}  NOT NULL DEFAULT 50,
  external_ids   {json} NOT NULL,                  -- how other systems' ids begin that a subject may name: ["INC", "SHOP-"]
  imap           {json},                           -- {host, port, security, user, auth, ca_file, folders[], secret, oauth{}}: secrets sealed
  smtp           {json},
  paused         {bool} NOT NULL DEFAULT FALSE,
  created_at     {time} NOT NULL,
  removed_at     {time},
  version        {int}  NOT NULL DEFAULT 1
) {strict};

-- How far each folder was read: UIDVALIDITY and the highest UID that is kept durably.
CREATE TABLE mail_folders (
  id           {id},
  mailbox_id   {ref}  NOT NULL REFERENCES mailboxes(id),
  name         TEXT   NOT NULL,
  uidvalidity  {int}  NOT NULL,
  last_uid     {int}  NOT NULL DEFAULT 0,
  n_server     {int},                              -- messages there, as the server said at checked_at
  n_here       {int},                              -- of those, how many we have seen
  checked_at   {time},
  error        TEXT,                               -- why it cannot be read just now; NULL: it can
  error_at     {time},
  UNIQUE (mailbox_id, name)
) {strict};

-- The journal: one row for every mail that came, kept before anything tried to understand it.
CREATE TABLE mails (
  id            {id},
  ref           TEXT   NOT NULL UNIQUE,
  mailbox_id    {int}  NOT NULL,                   -- 0: none was named or found
  identity      TEXT   NOT NULL,                   -- mail_identity of its bytes: the same mail again is known
  way           TEXT   NOT NULL CHECK (way IN ('imap', 'pipe', 'lmtp', 'import', 'web')),
  state         TEXT   NOT NULL CHECK (state IN ('kept', 'filed', 'set_aside', 'waiting')), -- waiting: for a person to let it in
  reason        TEXT,                              -- why it was set aside
  size          {int}  NOT NULL,
  cut           {bool} NOT NULL DEFAULT FALSE,     -- it was larger than we take: only its beginning is here
  blob          TEXT,                              -- its bytes by hash; NULL: in mail_bytes
  envelope_from TEXT,
  envelope_to   TEXT,
  attempts      {int}  NOT NULL DEFAULT 0,         -- times it was tried alone, after a run that died with it in hand
  admitted      {bool} NOT NULL DEFAULT FALSE,     -- somebody said: let it in
  kept_at       {time} NOT NULL,
  filed_at      {time},
  kind          TEXT,                              -- mail/automatic.h
  sender        TEXT,                              -- From and Subject as it says, where it was set aside: for whoever looks
  subject       TEXT,
  message_id    {ref}  REFERENCES messages(id),    -- what it became
  UNIQUE (mailbox_id, identity)
) {strict};
CREATE INDEX mails_to_file ON mails (id) WHERE state = 'kept';
CREATE INDEX mails_aside ON mails (mailbox_id, id) WHERE state IN ('set_aside', 'waiting');
CREATE INDEX mails_by_message ON mails (message_id) WHERE message_id IS NOT NULL;
-- Small ones lie here, since a row is durable with its group and a file wants a sync of its own; large ones are blobs.
CREATE TABLE mail_bytes (
  mail_id {id},
  bytes   {blob} NOT NULL
) {strict};

CREATE TABLE mail_counts (
  mailbox_id  {int} NOT NULL,
  day         {int} NOT NULL,                      -- days since 1970, UTC
  n_seen      {int} NOT NULL DEFAULT 0,            -- kept, or known already
  n_known     {int} NOT NULL DEFAULT 0,
  n_filed     {int} NOT NULL DEFAULT 0,
  n_set_aside {int} NOT NULL DEFAULT 0,
  PRIMARY KEY (mailbox_id, day)
) {strict};

-- What a message of a case is as a mail: one row for each that came or went by mail.
CREATE TABLE mail_heads (
  message_id   {id},
  mailbox_id   {int}  NOT NULL,
  internet_id  TEXT   NOT NULL,                    -- its Message-ID, without <>
  in_reply_to  TEXT,
  references_  TEXT,                               -- oldest first, joined by spaces
  subject      TEXT   NOT NULL DEFAULT '',
  sent_at      {time},                             -- as its Date says
  thread_index TEXT,
  thread_topic TEXT,
  kind         TEXT   NOT NULL,                    -- personal, auto_reply, bulk, bounce, feedback, ours
  routing      {json} NOT NULL,                    -- why it is in this case
  auth         {json},                             -- what Authentication-Results said: {spf, dkim, dmarc, by}
  crypto       TEXT,
  problems     {json},
  words        TEXT,                               -- the whole text where quotes or a signature were folded away; else NULL
  spans        {json},                             -- of it: [[kind, start, end], ...] (text/quotes.h)
  html         TEXT,                               -- as it came, not cleaned: it is cleaned for each reading
  cut          {bool} NOT NULL DEFAULT FALSE
) {strict};
CREATE TABLE mail_people (
  message_id  {ref}  NOT NULL REFERENCES messages(id),
  role        TEXT   NOT NULL CHECK (role IN ('from', 'reply_to', 'to', 'cc', 'bcc')),
  name        TEXT   NOT NULL,
  address     TEXT   NOT NULL,
  address_key TEXT   NOT NULL
) {strict};
CREATE INDEX mail_people_by_message ON mail_people (message_id);
-- Message-IDs that lead to a message: its own, and those it named. key: the first 8 bytes of the id's hash.
CREATE TABLE mail_ids (
  key        {int}  NOT NULL,
  message_id {ref}  NOT NULL REFERENCES messages(id),
  own        {bool} NOT NULL
) {strict};
CREATE INDEX mail_ids_by_key ON mail_ids (key, own, message_id);
-- Inline images: which attachment a cid: stands for.
CREATE TABLE mail_inline (
  message_id    {ref} NOT NULL REFERENCES messages(id),
  content_id    TEXT  NOT NULL,
  attachment_id {ref} NOT NULL REFERENCES attachments(id),
  PRIMARY KEY (message_id, content_id)
) {strict};

-- What goes out. The attempt is recorded (sending) before the first byte, the outcome after the last.
CREATE TABLE outbox (
  id          {id},
  ref         TEXT   NOT NULL UNIQUE,
  message_id  {ref}  NOT NULL REFERENCES messages(id),
  mailbox_id  {ref}  NOT NULL REFERENCES mailboxes(id),
  state       TEXT   NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'uncertain', 'failed', 'withdrawn')),
  automatic   {bool} NOT NULL DEFAULT FALSE,
  quote       {bool} NOT NULL DEFAULT FALSE,       -- with what it answers below
  due_at      {time} NOT NULL,                     -- not before: undo, send later, the next attempt
  undo_until  {time},
  attempts    {int}  NOT NULL DEFAULT 0,
  queue_id    TEXT,                                -- as the server named it
  words       TEXT,                                -- the server's last ones
  made_at     {time} NOT NULL,
  sent_at     {time},
  html        TEXT,                                -- where it was written with more than words
  version     {int}  NOT NULL DEFAULT 1
) {strict};
CREATE INDEX outbox_by_message ON outbox (message_id);
CREATE INDEX outbox_unfinished ON outbox (state, due_at) WHERE state IN ('queued', 'sending', 'uncertain', 'failed');
CREATE TABLE deliveries (
  id          {id},
  outbox_id   {ref}  NOT NULL REFERENCES outbox(id),
  message_id  {ref}  NOT NULL REFERENCES messages(id),
  address     TEXT   NOT NULL,
  address_key TEXT   NOT NULL,
  role        TEXT   NOT NULL CHECK (role IN ('to', 'cc', 'bcc')),
  state       TEXT   NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'bounced', 'failed', 'withdrawn')),
  code        {int},
  words       TEXT,
  automatic   {bool} NOT NULL DEFAULT FALSE,
  changed_at  {time} NOT NULL
) {strict};
CREATE INDEX deliveries_by_message ON deliveries (message_id);
CREATE INDEX deliveries_by_outbox ON deliveries (outbox_id);
-- Automatic answers of a day to one address are counted before another is sent.
CREATE INDEX deliveries_automatic ON deliveries (address_key, changed_at) WHERE automatic;
-- An address that refused for good is not written to again until somebody says so.
CREATE TABLE undeliverable (
  address_key TEXT   NOT NULL PRIMARY KEY,
  since       {time} NOT NULL,
  reason      TEXT   NOT NULL,
  message_id  {ref}  REFERENCES messages(id)
) {strict};
