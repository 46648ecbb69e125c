-- One waiting mail a person. No row changes when there is one already, or none is wanted.
-- name: late_mail_ask
INSERT INTO late_mails (user_id, queued_at, last_notice_id)
SELECT u.id, $2, 0 FROM users u
WHERE u.id = $1 AND u.removed_at IS NULL
  AND (u.mail_late = TRUE OR (u.mail_late IS NULL AND (EXISTS (SELECT 1 FROM teams t WHERE t.lead_id = u.id AND t.removed_at IS NULL)
       OR EXISTS (SELECT 1 FROM settings s WHERE s.name = 'complaint_owner' AND s.value = u.ref))))
ON CONFLICT (user_id) DO UPDATE SET queued_at = EXCLUDED.queued_at WHERE late_mails.queued_at IS NULL;

-- name: late_mail_user
SELECT u.ref, u.email, u.name, u.lang, u.zone, l.last_notice_id, l.queued_at FROM late_mails l JOIN users u ON u.id = l.user_id
WHERE l.user_id = $1 AND u.removed_at IS NULL;

-- name: late_mail_notices
SELECT n.id, n.facts, c.ref, c.subject FROM notices n JOIN cases c ON c.id = n.case_id
WHERE n.user_id = $1 AND n.kind = 'clock_late' AND n.read_at IS NULL AND n.id > $2
ORDER BY n.id DESC LIMIT $3;

-- name: late_mail_done
UPDATE late_mails SET queued_at = NULL, last_notice_id = $2 WHERE user_id = $1;
