-- How far IMAP folders were read.

-- name: folder_open
INSERT INTO mail_folders (mailbox_id, name, uidvalidity, last_uid) VALUES ($1, $2, $3, 0)
ON CONFLICT (mailbox_id, name) DO UPDATE SET
  last_uid = CASE WHEN mail_folders.uidvalidity IN (0, $3) THEN mail_folders.last_uid ELSE 0 END, uidvalidity = $3, error = NULL, error_at = NULL
RETURNING id, uidvalidity, last_uid;

-- name: folder_advance
UPDATE mail_folders SET last_uid = $3 WHERE id = $1 AND uidvalidity = $2 AND last_uid < $3;

-- name: folder_checked
UPDATE mail_folders SET n_server = $3, n_here = $4, checked_at = $5, error = NULL, error_at = NULL WHERE mailbox_id = $1 AND name = $2;

-- name: folder_trouble
INSERT INTO mail_folders (mailbox_id, name, uidvalidity, error, error_at) VALUES ($1, $2, 0, $3, $4)
ON CONFLICT (mailbox_id, name) DO UPDATE SET error = $3, error_at = $4;

-- name: folder_forget_unread
DELETE FROM mail_folders WHERE mailbox_id = $1 AND uidvalidity = 0;

-- name: folder_forget_trouble
UPDATE mail_folders SET error = NULL, error_at = NULL WHERE mailbox_id = $1 AND error IS NOT NULL;
